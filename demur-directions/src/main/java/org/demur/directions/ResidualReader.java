package org.demur.directions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Plan;
import org.demur.tensor.Scope;

/// Runs prompts and hands out their residual stream at a few tokens, with the logits after the last
/// token when they are wanted: one pass gives both.
///
/// Prompts of similar length run together, so the order in which they are handed out is not theirs.
public final class ResidualReader {
  /// Tokens that run together at most; more make a pass no faster on a CPU.
  private static final int TOKENS_PER_PASS = 1536;

  /// Takes what was read of one prompt.
  @FunctionalInterface
  public interface Sink {
    /// Takes one prompt's values.
    ///
    /// @param index the prompt's place in the list
    /// @param residuals its residual stream at the spots
    /// @param lastLogits logits after its last token, `[vocabulary]`; empty when not wanted
    void take(int index, ResidualRow residuals, float[] lastLogits);
  }

  private final LanguageModel model;
  private final List<HookPoint> points;

  /// Makes a reader of a model, with the adapters that are on.
  public ResidualReader(LanguageModel model) {
    this.model = model;
    int nLayers = model.architecture().dimensions().nLayers();
    this.points = new ArrayList<>(HookPoint.inAllBlocks(HookSite.RESID_PRE, nLayers));
    this.points.add(HookPoint.of(HookSite.RESID_POST, nLayers - 1));
  }

  /// Rows of what is read: nLayers + 1.
  public int rows() {
    return points.size();
  }

  /// Reads all prompts.
  ///
  /// @param plan edits of the pass
  /// @param logits whether the logits after the last token are wanted
  public void read(List<Prompt> prompts, Spots spots, Plan plan, boolean logits, Sink sink) {
    for (List<Integer> batch : batches(prompts, spots)) {
      run(batch.stream().map(prompts::get).toList(), batch, new Wanted(spots, plan, logits), sink);
    }
  }

  /// Reads all prompts without edits and logits.
  public void read(List<Prompt> prompts, Spots spots, Sink sink) {
    read(prompts, spots, Plan.NONE, false, sink);
  }

  private record Wanted(Spots spots, Plan plan, boolean logits) {}

  private void run(List<Prompt> prompts, List<Integer> indices, Wanted wanted, Sink sink) {
    int[][] positions = prompts.stream().map(wanted.spots()::in).toArray(int[][]::new);
    List<Integer> kept = Spots.distinct(fromEnd(prompts.getFirst(), positions[0]));
    ForwardRequest request =
        ForwardRequest.captureOnly(points, new Positions.Explicit(kept)).with(wanted.plan());
    if (wanted.logits()) {
      request =
          ForwardRequest.logitsAt(Positions.LAST_PROMPT)
              .capturing(points, new Positions.Explicit(kept))
              .with(wanted.plan());
    }
    try (ForwardResult result = model.forward(prompts, request)) {
      for (int row = 0; row < prompts.size(); row++) {
        try (Scope scope = Scope.open()) {
          float[] last = wanted.logits() ? result.logits(row).toFloats() : new float[0];
          sink.take(indices.get(row), residuals(result, row, positions[row]), last);
        }
      }
    }
  }

  private ResidualRow residuals(ForwardResult result, int row, int... positions) {
    int dModel = model.architecture().dimensions().dModel();
    float[] values = new float[positions.length * points.size() * dModel];
    ResidualRow read = new ResidualRow(positions.length, points.size(), dModel, values);
    for (int i = 0; i < points.size(); i++) {
      HookPoint point = points.get(i);
      int[] kept = result.activations().positions(point, row);
      float[] all = result.activations().row(point, row).toFloats();
      for (int spot = 0; spot < positions.length; spot++) {
        int from = Arrays.binarySearch(kept, positions[spot]) * dModel;
        System.arraycopy(all, from, values, read.offset(spot, i), dModel);
      }
    }
    return read;
  }

  private static int[] fromEnd(Prompt prompt, int... positions) {
    return Arrays.stream(positions).map(at -> at - prompt.promptLength()).toArray();
  }

  /// Prompts that run together: of similar length, and with the same tokens to read as counted from
  /// the end.
  private static List<List<Integer>> batches(List<Prompt> prompts, Spots spots) {
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    IntStream.range(0, prompts.size())
        .boxed()
        .sorted(Comparator.comparingInt(index -> prompts.get(index).length()))
        .forEach(
            index ->
                groups
                    .computeIfAbsent(place(prompts.get(index), spots), key -> new ArrayList<>())
                    .add(index));
    List<List<Integer>> batches = new ArrayList<>();
    for (List<Integer> group : groups.values()) {
      batches.addAll(byTokens(group, prompts));
    }
    return batches;
  }

  private static String place(Prompt prompt, Spots spots) {
    return Arrays.toString(fromEnd(prompt, spots.in(prompt)));
  }

  private static List<List<Integer>> byTokens(List<Integer> sorted, List<Prompt> prompts) {
    List<List<Integer>> batches = new ArrayList<>();
    List<Integer> batch = new ArrayList<>();
    int tokens = 0;
    for (int index : sorted) {
      int length = prompts.get(index).length();
      if (!batch.isEmpty() && tokens + length > TOKENS_PER_PASS) {
        batches.add(batch);
        batch = new ArrayList<>();
        tokens = 0;
      }
      batch.add(index);
      tokens += length;
    }
    if (!batch.isEmpty()) {
      batches.add(batch);
    }
    return batches;
  }

  /// Batches of prompts by length, for passes that read nothing but logits.
  static List<List<Integer>> byLength(List<Prompt> prompts) {
    List<Integer> sorted =
        IntStream.range(0, prompts.size())
            .boxed()
            .sorted(Comparator.comparingInt(index -> prompts.get(index).length()))
            .toList();
    return byTokens(sorted, prompts);
  }

  /// Logits after the last token of each prompt, `[vocabulary]` each, without keeping anything
  /// else.
  ///
  /// @param take takes a prompt's place in the list and its logits
  public void lastLogits(List<Prompt> prompts, Plan plan, BiConsumer<Integer, float[]> take) {
    ForwardRequest request = ForwardRequest.logitsAt(Positions.LAST_PROMPT).with(plan);
    for (List<Integer> batch : byLength(prompts)) {
      try (ForwardResult result =
          model.forward(batch.stream().map(prompts::get).toList(), request)) {
        for (int row = 0; row < batch.size(); row++) {
          try (Scope scope = Scope.open()) {
            take.accept(batch.get(row), result.logits(row).toFloats());
          }
        }
      }
    }
  }
}
