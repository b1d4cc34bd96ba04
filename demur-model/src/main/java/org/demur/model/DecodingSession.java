package org.demur.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.config.RopeSpec;
import org.demur.model.decoder.Decoder;
import org.demur.model.decoder.KvCache;
import org.demur.model.decoder.TokenBatch;
import org.demur.model.intervention.InterventionRun;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Receipt;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;

/// Rows that are decoded step by step with a KV cache; plans act in the prefill and in every step.
///
/// Rows that are done are dropped and cost nothing more. Not for use by several threads.
public final class DecodingSession implements AutoCloseable {
  private final LanguageModel model;
  private final List<Prompt> prompts;
  private final InterventionRun edits;
  private final List<Plan> plans;
  private final int capacity;
  private KvCache cache;
  private final List<List<Integer>> tokens = new ArrayList<>();
  private int[] active;
  private boolean prefilled;

  /// Prepares rows; nothing is computed yet.
  ///
  /// @param plans none, one for all rows, or one per row
  /// @param maxNewTokens tokens that will at most follow each prompt
  /// @throws ModelException with [ErrorCode#CONTEXT_LENGTH] when they would not fit the context
  public DecodingSession(
      LanguageModel model, List<Prompt> prompts, List<Plan> plans, int maxNewTokens) {
    model.checkRows(prompts, maxNewTokens);
    this.model = model;
    this.prompts = List.copyOf(prompts);
    this.plans = List.copyOf(plans);
    // neighbours of equal length share one attention block in the prefill
    active =
        IntStream.range(0, prompts.size())
            .boxed()
            .sorted(Comparator.comparingInt(row -> prompts.get(row).length()))
            .mapToInt(Integer::intValue)
            .toArray();
    prompts.forEach(
        prompt -> tokens.add(new ArrayList<>(Arrays.stream(prompt.ids()).boxed().toList())));
    int longest = prompts.stream().mapToInt(Prompt::length).max().orElse(0);
    capacity = longest + maxNewTokens;
    edits =
        new InterventionRun(
            plans.isEmpty() ? List.of(Plan.NONE) : plans,
            prompts.stream().map(Prompt::row).toList(),
            model.architecture().dimensions().nLayers(),
            model.device());
    cache =
        new KvCache(
            model.architecture(),
            model.type().activations(),
            model.device(),
            prompts.size(),
            capacity);
  }

  /// Rows that are still decoded, by their place in the prompts; logits come in this order.
  public int[] activeRows() {
    return active.clone();
  }

  /// Runs all prompts.
  ///
  /// @return logits of the last token of each active row, `[row, vocabulary]`; they belong to the
  ///   innermost scope
  public Tensor prefill() {
    prefilled = true;
    int shared = SharedPrefix.length(prompts, plans, model.architecture());
    if (shared > 0) {
      share(shared);
    }
    return advance(
        Arrays.stream(active)
            .mapToObj(row -> prompts.get(row).ids())
            .map(ids -> Arrays.copyOfRange(ids, shared, ids.length))
            .toList());
  }

  /// Runs the tokens that all prompts begin with once.
  private void share(int length) {
    int[] ids = Arrays.copyOf(prompts.get(active[0]).ids(), length);
    int blocks = model.architecture().dimensions().nLayers();
    try (Autograd off = Autograd.off()) {
      KvCache spread =
          model.sharedCache(
              ids,
              active[0],
              blocks,
              edits,
              one -> one.shared(model.type().activations(), active.length, capacity));
      cache.close();
      cache = spread;
    }
  }

  /// Runs one more token of each active row, in the order of [#activeRows()].
  ///
  /// @return as [#prefill()]
  public Tensor step(int[] tokens) {
    if (!prefilled || tokens.length != active.length) {
      throw new ModelException(
          ErrorCode.CONTEXT_LENGTH,
          "a step needs a prefill before it and one token for each of %d active rows, got %d"
              .formatted(active.length, tokens.length));
    }
    boolean sameAngles = true;
    for (int place = 0; place < active.length; place++) {
      List<Integer> row = this.tokens.get(active[place]);
      sameAngles &= sameAngles(row.size());
      row.add(tokens[place]);
    }
    if (sameAngles) {
      return advance(Arrays.stream(tokens).mapToObj(token -> new int[] {token}).toList());
    }
    cache.clear();
    return advance(
        Arrays.stream(active)
            .mapToObj(row -> this.tokens.get(row).stream().mapToInt(id -> id).toArray())
            .toList());
  }

  /// Whether one more token leaves the rotary embedding of the earlier ones as it is. Where it does
  /// not, the row has to be run again, so that cached and uncached runs agree.
  private boolean sameAngles(int length) {
    return model.architecture().ropes().stream()
        .filter(RopeSpec::dependsOnLength)
        .allMatch(rope -> Arrays.equals(rope.frequencies(length), rope.frequencies(length + 1)));
  }

  private Tensor advance(List<int[]> rows) {
    TokenBatch batch = TokenBatch.of(rows, cache.lengths());
    int[] last = batch.firstTokens();
    for (int row = 0; row < last.length; row++) {
      last[row] += batch.lengths()[row] - 1;
    }
    int blocks = model.architecture().dimensions().nLayers();
    edits.begin(batch, active, blocks, true);
    model.count(batch);
    try (Autograd off = Autograd.off()) {
      return model
          .decoder()
          .forward(batch, new Decoder.Extent(blocks, last), edits, Optional.of(cache))
          .orElseThrow();
    }
  }

  /// Goes on with some of the active rows only.
  ///
  /// @param places indices into [#activeRows()], rising
  public void keep(int[] places) {
    if (places.length == active.length) {
      return;
    }
    active = Arrays.stream(places).map(place -> active[place]).toArray();
    if (active.length > 0) {
      try (Autograd off = Autograd.off();
          Scope scope = Scope.open()) {
        cache.keepRows(places);
      }
    }
  }

  /// What the interventions did so far.
  ///
  /// @throws ModelException with [ErrorCode#INTERVENTION_UNUSED] when one touched no token
  public List<Receipt> receipts() {
    return new ArrayList<>(edits.receipts());
  }

  /// Frees the cache.
  @Override
  public void close() {
    edits.close();
    cache.close();
  }
}
