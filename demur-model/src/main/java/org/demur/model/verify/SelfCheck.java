package org.demur.model.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.demur.model.DecodingSession;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Receipt;
import org.demur.model.intervention.Target;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;

/// Properties that every model must have, checked without reference outputs.
///
/// The prompts are random token ids of several lengths from a fixed seed.
public final class SelfCheck {
  private static final int[] LENGTHS = {5, 19, 12, 19};
  private static final int NEW_TOKENS = 6;
  private static final double EXACT = 0;
  private static final double UNDONE = 1e-5;

  private final LanguageModel model;
  private final Consumer<String> progress;
  private final Tolerances tolerances;
  private final List<Prompt> prompts = new ArrayList<>();
  private final LayerVectors direction;
  private final List<Check> checks = new ArrayList<>();

  private SelfCheck(LanguageModel model, Consumer<String> progress) {
    this.model = model;
    this.progress = progress;
    this.tolerances = Tolerances.of(model);
    SplittableRandom random = new SplittableRandom(20240917);
    int vocabulary = model.architecture().dimensions().vocabularySize();
    int longest = model.architecture().longestRow() - NEW_TOKENS;
    for (int length : LENGTHS) {
      int kept = Math.clamp(longest, 1, length);
      prompts.add(
          Prompt.of(IntStream.range(0, kept).map(i -> random.nextInt(vocabulary)).toArray()));
    }
    float[] numbers = new float[model.architecture().dimensions().dModel()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    direction = LayerVectors.same(numbers);
  }

  /// Runs all checks that apply to the model as it is, with the adapters that are on.
  ///
  /// @param progress is told what is checked next
  public static List<Check> run(LanguageModel model, Consumer<String> progress) {
    SelfCheck check = new SelfCheck(model, progress);
    check.cachedEqualsUncached();
    check.rowsAreIndependent();
    check.hooksOffAreBitEqual();
    check.ablationIsIdempotent();
    check.additionIsUndone();
    check.adapterOffEqualsBase();
    if (model.type() == DType.FLOAT32) {
      check.gradientMatchesDifferences();
    }
    return List.copyOf(check.checks);
  }

  private void add(String name, double difference, OptionalDouble tolerance) {
    checks.add(new Check(name, difference, tolerance));
  }

  private void cachedEqualsUncached() {
    progress.accept("cached = uncached");
    Difference difference = new Difference();
    try (DecodingSession session = new DecodingSession(model, prompts, List.of(), NEW_TOKENS)) {
      List<int[]> rows = new ArrayList<>(prompts.stream().map(Prompt::ids).toList());
      for (int step = 0; step < NEW_TOKENS; step++) {
        int[] active = session.activeRows();
        int[] next = new int[active.length];
        try (Scope scope = Scope.open()) {
          for (int place = 0; place < active.length; place++) {
            int[] row = rows.get(active[place]);
            next[place] = row[step % row.length];
          }
          Tensor cached = step == 0 ? session.prefill() : session.step(next);
          if (step > 0) {
            for (int place = 0; place < active.length; place++) {
              int[] row = rows.get(active[place]);
              int[] longer = java.util.Arrays.copyOf(row, row.length + 1);
              longer[row.length] = next[place];
              rows.set(active[place], longer);
            }
          }
          List<Prompt> whole =
              IntStream.of(active).mapToObj(row -> Prompt.of(rows.get(row))).toList();
          difference.add(cached.toFloats(), lastLogits(whole));
        }
      }
    }
    add("cached = uncached", difference.relative(), tolerances.logits());
  }

  private float[] lastLogits(List<Prompt> rows, Plan... plans) {
    try (ForwardResult result =
            model.forward(rows, ForwardRequest.logitsAt(Positions.LAST_PROMPT).with(plans));
        Scope scope = Scope.open()) {
      return result.lastLogits().toFloats();
    }
  }

  private void rowsAreIndependent() {
    progress.accept("batch = single");
    float[] together = lastLogits(prompts);
    int width = together.length / prompts.size();
    Difference difference = new Difference();
    for (int row = 0; row < prompts.size(); row++) {
      float[] own = java.util.Arrays.copyOfRange(together, row * width, (row + 1) * width);
      difference.add(own, lastLogits(List.of(prompts.get(row))));
    }
    add("batch = single", difference.relative(), tolerances.logits());
  }

  private void hooksOffAreBitEqual() {
    progress.accept("hooks off are bit-equal");
    float[] before = lastLogits(prompts);
    lastLogits(prompts, Plan.of(new DirectionalAblation(Target.residualStream(), direction)));
    double difference =
        java.util.Arrays.equals(before, lastLogits(prompts))
            ? 0
            : new Difference().add(lastLogits(prompts), before).relative();
    checks.add(Check.of("hooks off are bit-equal", difference, EXACT));
  }

  private void ablationIsIdempotent() {
    progress.accept("ablation");
    Intervention ablation = new DirectionalAblation(Target.residualStream(), direction);
    float[] once = lastLogits(prompts, Plan.of(ablation));
    float[] twice = lastLogits(prompts, Plan.of(ablation, ablation));
    add("ablating twice = once", new Difference().add(twice, once).relative(), tolerances.logits());
    checks.add(Check.of("projection after ablation", projectionAfter(ablation), UNDONE));
  }

  /// Largest mean projection that is left at a hook point, relative to the residual stream.
  private double projectionAfter(Intervention ablation) {
    int last = model.architecture().dimensions().nLayers() - 1;
    HookPoint point = HookPoint.of(HookSite.RESID_PRE, last);
    ForwardRequest request =
        ForwardRequest.captureOnly(List.of(point), Positions.ALL).with(Plan.of(ablation));
    try (ForwardResult result = model.forward(prompts, request);
        Scope scope = Scope.open()) {
      double largest = 0;
      for (Receipt receipt : result.receipts()) {
        largest = Math.max(largest, Math.abs(receipt.meanProjectionAfter().orElse(Double.NaN)));
      }
      double scale = 0;
      for (int row = 0; row < prompts.size(); row++) {
        Tensor resid = result.activations().row(point, row);
        scale = Math.max(scale, resid.square().sum(-1, false).max().sqrt().item());
      }
      return largest / scale;
    }
  }

  private void additionIsUndone() {
    progress.accept("addition");
    Target target = Target.everywhere(HookSite.RESID_PRE).inLayers(0);
    Plan there = Plan.of(new ActivationAddition(target, direction, 0.5));
    Plan back =
        Plan.of(
            new ActivationAddition(target, direction, 0.5),
            new ActivationAddition(target, direction, -0.5));
    float[] plain = lastLogits(prompts);
    double moved = new Difference().add(lastLogits(prompts, there), plain).relative();
    add(
        "addition undone by subtraction",
        moved > 0 ? new Difference().add(lastLogits(prompts, back), plain).relative() : Double.NaN,
        tolerances.logits());
  }

  private void adapterOffEqualsBase() {
    List<String> active = model.adapters().active();
    if (active.isEmpty()) {
      return;
    }
    progress.accept("adapter off = base");
    float[] on = lastLogits(prompts);
    model.adapters().activate(List.of());
    float[] off = lastLogits(prompts);
    float[] again = lastLogits(prompts);
    model.adapters().activate(active);
    boolean changes = !java.util.Arrays.equals(on, off);
    boolean restored = java.util.Arrays.equals(lastLogits(prompts), on);
    boolean stable = java.util.Arrays.equals(off, again);
    checks.add(
        Check.of(
            "adapter off = base, on again = on", changes && restored && stable ? 0 : 1, EXACT));
  }

  /// The slope of the loss along the gradient of one weight is the length of the gradient.
  private void gradientMatchesDifferences() {
    progress.accept("gradient");
    checks.add(Check.of("gradient = finite difference", GradientCheck.error(model, prompts), 1e-2));
  }
}
