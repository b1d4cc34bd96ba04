package org.demur.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.demur.core.ErrorCode;
import org.demur.model.adapter.Adapters;
import org.demur.model.config.Architecture;
import org.demur.model.config.ModelException;
import org.demur.model.decoder.Decoder;
import org.demur.model.decoder.KvCache;
import org.demur.model.decoder.RecordedPass;
import org.demur.model.decoder.TokenBatch;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.Hooks;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.InterventionRun;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Receipt;
import org.demur.model.weights.ModelWeights;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;

/// A loaded decoder that can be run, read and edited.
///
/// ```java
/// try (LanguageModel model = LanguageModel.load(path, DType.FLOAT32, Device.CPU);
///     ForwardResult result =
///         model.forward(List.of(Prompt.of(ids)), ForwardRequest.logitsAt(Positions.LAST_PROMPT));
///     Scope scope = Scope.open()) {
///   float[] logits = result.lastLogits().toFloats();
/// }
/// ```
///
/// Passes that do not record gradients may run on several threads at once; loading and switching
/// adapters may not run beside them. Owns the weights until closed.
public final class LanguageModel implements AutoCloseable {
  private final Architecture architecture;
  private final ModelWeights weights;
  private final Decoder decoder;
  private final Adapters adapters;
  private final DType type;
  private final Device device;
  private final AtomicLong forwardPasses = new AtomicLong();
  private final AtomicLong backwardPasses = new AtomicLong();
  private final AtomicLong tokens = new AtomicLong();
  private final AtomicLong forwardRows = new AtomicLong();
  private final AtomicLong backwardRows = new AtomicLong();

  private LanguageModel(
      Architecture architecture, ModelWeights weights, DType type, Device device) {
    this.architecture = architecture;
    this.weights = weights;
    this.type = type;
    this.device = device;
    this.decoder = new Decoder(architecture, weights, type, device);
    this.adapters = new Adapters(decoder.projections(), device);
  }

  /// Loads a Hugging Face folder or a GGUF file.
  ///
  /// @param path the folder or the file
  /// @param type type of weights and activations
  /// @param device where to compute
  /// @throws ModelException for a configuration or weights that cannot be used
  public static LanguageModel load(Path path, DType type, Device device) {
    try (ModelFiles files = ModelFiles.open(path)) {
      return load(files, type, device);
    }
  }

  /// Loads opened files, which may be closed afterwards.
  public static LanguageModel load(ModelFiles files, DType type, Device device) {
    if (type == DType.Q8_0 && !device.equals(Device.CPU)) {
      throw new ModelException(
          ErrorCode.USAGE, "weights of 8 bits are for the CPU only; use bf16 on " + device);
    }
    ModelWeights weights = ModelWeights.load(files.weights(), files.architecture(), type, device);
    return new LanguageModel(files.architecture(), weights, type, device);
  }

  /// What the decoder is made of.
  public Architecture architecture() {
    return architecture;
  }

  /// The weights of the base.
  public ModelWeights weights() {
    return weights;
  }

  /// Adapters that are loaded, and which of them are on.
  public Adapters adapters() {
    return adapters;
  }

  /// Type of weights and activations.
  public DType type() {
    return type;
  }

  /// Where the model is computed.
  public Device device() {
    return device;
  }

  /// What was computed since the model was loaded.
  public Usage usage() {
    return new Usage(
        forwardPasses.get(),
        backwardPasses.get(),
        tokens.get(),
        forwardRows.get(),
        backwardRows.get());
  }

  Decoder decoder() {
    return decoder;
  }

  void count(TokenBatch batch) {
    forwardPasses.incrementAndGet();
    tokens.addAndGet(batch.tokenCount());
    forwardRows.addAndGet(batch.rowCount());
  }

  void countBackward(int rows) {
    backwardPasses.incrementAndGet();
    backwardRows.addAndGet(rows);
  }

  /// Computes gradients of a scalar that came from recorded passes, and counts that as one pass, of
  /// rows that are not known.
  public void backward(Tensor loss) {
    loss.backward();
    countBackward(0);
  }

  /// Runs rows of any lengths for the gradients of marked adapter factors; the base is frozen.
  ///
  /// Counts as one forward pass, and as one backward pass when its gradients are computed.
  ///
  /// @throws ModelException as [#forward], and with [ErrorCode#PLAN] when a position is not one of
  ///   its row that a token follows
  public TrainingPass train(List<Prompt> prompts, TrainingRequest request) {
    if (prompts.isEmpty()) {
      throw new ModelException(ErrorCode.CONTEXT_LENGTH, "a batch needs at least one row");
    }
    checkRows(prompts, 0);
    request.requireBlocks(architecture.dimensions().nLayers());
    boolean headless = request.headless();
    PackedOrder places =
        headless
            ? PackedOrder.withoutPredictions(prompts)
            : PackedOrder.of(prompts, request.predicting());
    TokenBatch batch = batch(prompts, places.order(), 0);
    List<Plan> plans = request.plans().isEmpty() ? List.of(Plan.NONE) : request.plans();
    int nLayers = architecture.dimensions().nLayers();
    InterventionRun edits =
        new InterventionRun(plans, prompts.stream().map(Prompt::row).toList(), nLayers, device);
    try {
      edits.begin(batch, places.order(), headless ? request.read().getLast() : nLayers, !headless);
      count(batch);
      RecordedPass.Mode mode =
          new RecordedPass.Mode(
              places.tokens(),
              request.recompute(),
              request.dropoutSeed(),
              request.traced(),
              request.read());
      RecordedPass pass = new RecordedPass(decoder, batch, mode, edits);
      int[] lengths = prompts.stream().mapToInt(Prompt::length).toArray();
      return new TrainingPass(this, pass, edits, places, lengths);
    } catch (RuntimeException e) {
      edits.close();
      throw e;
    }
  }

  /// Runs rows of any lengths at once.
  ///
  /// Rows share no computation but the weights: a row's values do not depend, beyond rounding, on
  /// the others.
  ///
  /// @throws ModelException with [ErrorCode#CONTEXT_LENGTH] for a row longer than the context,
  ///   [ErrorCode#PLAN] for hook points or edits that do not fit the model,
  ///   [ErrorCode#INTERVENTION_UNUSED] when a declared edit touched no token
  public ForwardResult forward(List<Prompt> prompts, ForwardRequest request) {
    check(prompts, request);
    int[] order = PackedOrder.byLength(prompts);
    int shared = SharedPrefix.length(prompts, request, architecture);
    TokenBatch batch = batch(prompts, order, shared);
    ForwardResult.LogitRows[] logitRows = new ForwardResult.LogitRows[prompts.size()];
    int[] headTokens = headTokens(prompts, request, order, shared, logitRows);
    int blocks = request.stopAfterLayer().orElse(architecture.dimensions().nLayers() - 1) + 1;
    boolean head = headTokens.length > 0 || request.capture().contains(FINAL_NORM);

    Scope owned = Scope.detached();
    List<Plan> plans = request.plans().isEmpty() ? List.of(Plan.NONE) : request.plans();
    try (InterventionRun edits =
            new InterventionRun(
                plans,
                prompts.stream().map(Prompt::row).toList(),
                architecture.dimensions().nLayers(),
                device);
        Autograd mode = request.gradients() ? Autograd.on() : Autograd.off();
        Scope pass = Scope.open()) {
      Activations activations = new Activations(prompts.size());
      Capture capture = new Capture(request, prompts, batch, order, activations, owned);
      Optional<KvCache> cache = prefixCache(prompts, order, shared, blocks, edits);
      edits.begin(batch, order, blocks, head);
      Hooks hooks = new HookChain(List.of(edits, capture));
      count(batch);
      Optional<Tensor> logits;
      try {
        logits = decoder.forward(batch, new Decoder.Extent(blocks, headTokens), hooks, cache);
      } finally {
        cache.ifPresent(KvCache::close);
      }
      List<Receipt> receipts = edits.receipts();
      return new ForwardResult(
          owned,
          activations,
          logits.map(owned::adopt).stream().toList(),
          Arrays.asList(logitRows),
          receipts);
    } catch (RuntimeException e) {
      owned.close();
      throw e;
    }
  }

  private static TokenBatch batch(List<Prompt> prompts, int[] order, int shared) {
    List<int[]> rows = new ArrayList<>();
    for (int row : order) {
      int[] ids = prompts.get(row).ids();
      rows.add(Arrays.copyOfRange(ids, shared, ids.length));
    }
    int[] past = new int[rows.size()];
    Arrays.fill(past, shared);
    return TokenBatch.of(rows, past);
  }

  private Optional<KvCache> prefixCache(
      List<Prompt> prompts, int[] order, int shared, int blocks, InterventionRun edits) {
    if (shared == 0) {
      return Optional.empty();
    }
    int longest = prompts.get(order[order.length - 1]).length();
    return Optional.of(
        sharedCache(
            Arrays.copyOf(prompts.get(order[0]).ids(), shared),
            order[0],
            blocks,
            edits,
            one -> one.shared(DType.FLOAT32, order.length, longest)));
  }

  /// Runs the tokens that all rows share once, as the first tokens of one of them, and gives every
  /// row their keys and values.
  KvCache sharedCache(
      int[] ids, int row, int blocks, InterventionRun edits, UnaryOperator<KvCache> spread) {
    TokenBatch batch = TokenBatch.of(List.of(ids));
    try (KvCache one = new KvCache(architecture, DType.FLOAT32, device, 1, ids.length);
        Scope pass = Scope.open()) {
      edits.begin(batch, new int[] {row}, blocks, false);
      count(batch);
      decoder.forward(batch, new Decoder.Extent(blocks, new int[0]), edits, Optional.of(one));
      return spread.apply(one);
    }
  }

  private static final HookPoint FINAL_NORM =
      HookPoint.of(org.demur.model.hook.HookSite.FINAL_NORM);

  /// Packed indices of the tokens whose logits are wanted; notes where each row's logits will be.
  private static int[] headTokens(
      List<Prompt> prompts,
      ForwardRequest request,
      int[] order,
      int shared,
      ForwardResult.LogitRows[] logitRows) {
    List<Integer> wanted = new ArrayList<>();
    int first = 0;
    for (int row : order) {
      Prompt prompt = prompts.get(row);
      int start = wanted.size();
      List<Integer> positions = new ArrayList<>();
      for (int position = shared; position < prompt.length(); position++) {
        Positions selection = request.logits().orElse(NOWHERE);
        if (selection.includes(prompt.row(), position)) {
          wanted.add(first + position - shared);
          positions.add(position);
        }
      }
      logitRows[row] =
          new ForwardResult.LogitRows(
              start, positions.stream().mapToInt(Integer::intValue).toArray());
      first += prompt.length() - shared;
    }
    return wanted.stream().mapToInt(Integer::intValue).toArray();
  }

  private static final Positions NOWHERE = new Positions.Explicit(List.of(Integer.MAX_VALUE));

  private void check(List<Prompt> prompts, ForwardRequest request) {
    if (prompts.isEmpty()) {
      throw new ModelException(ErrorCode.CONTEXT_LENGTH, "a batch needs at least one row");
    }
    checkRows(prompts, 0);
    int nLayers = architecture.dimensions().nLayers();
    request
        .stopAfterLayer()
        .ifPresent(
            layer -> {
              if (layer < 0 || layer >= nLayers) {
                throw new ModelException(
                    ErrorCode.PLAN,
                    "cannot stop after layer %d: the model has layers 0 to %d"
                        .formatted(layer, nLayers - 1));
              }
            });
    int executed = request.stopAfterLayer().orElse(nLayers - 1);
    for (HookPoint point : request.capture()) {
      boolean headOnly =
          point.equals(HookPoint.of(org.demur.model.hook.HookSite.LOGITS))
              && request.logits().isEmpty();
      if ((point.site().perBlock() && point.layer() > executed) || headOnly) {
        throw new ModelException(
            ErrorCode.PLAN,
            "%s cannot be kept: the pass runs layers 0 to %d%s"
                .formatted(point, executed, headOnly ? " and no head" : ""));
      }
    }
  }

  /// Checks that token ids are in the vocabulary and rows fit the context.
  ///
  /// @throws ModelException with [ErrorCode#TOKENIZER] or [ErrorCode#CONTEXT_LENGTH], naming the
  ///   row
  public void checkIds(List<Prompt> prompts) {
    checkRows(prompts, 0);
  }

  /// Checks ids and lengths of rows to which `more` tokens will be added.
  void checkRows(List<Prompt> prompts, int more) {
    int context = architecture.longestRow();
    int vocabulary = architecture.dimensions().vocabularySize();
    for (int row = 0; row < prompts.size(); row++) {
      Prompt prompt = prompts.get(row);
      if (prompt.length() + more > context) {
        throw new ModelException(
            ErrorCode.CONTEXT_LENGTH,
            "row %d has %d tokens%s, but the context of the model is %d"
                .formatted(
                    row, prompt.length(), more == 0 ? "" : " and " + more + " to come", context));
      }
      for (int id : prompt.ids()) {
        if (id < 0 || id >= vocabulary) {
          throw new ModelException(
              ErrorCode.TOKENIZER,
              "row %d has token id %d, but the model's vocabulary has ids 0 to %d"
                  .formatted(row, id, vocabulary - 1));
        }
      }
    }
  }

  /// Frees the weights and adapters.
  @Override
  public void close() {
    adapters.close();
    weights.close();
  }
}
