package org.demur.model.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.config.ModelException;
import org.demur.model.config.RopeSpec;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;

/// Compares a model with reference outputs of an independent implementation.
///
/// Every key of the file that follows from its token ids is compared: hidden states, logits, greedy
/// text, logits under ablation and addition, and the loss and gradients of the ReFAT form. Keys of
/// directions and guard scores belong to other checks and are left alone.
public final class ReferenceCheck {
  private static final Set<HookSite> HIDDEN =
      Set.of(HookSite.RESID_PRE, HookSite.ATTN_OUT, HookSite.MLP_OUT, HookSite.RESID_POST);

  private final LanguageModel model;
  private final Golden golden;
  private final Tolerances tolerances;
  private final int nLayers;
  private final Consumer<String> progress;
  private final List<Check> checks = new ArrayList<>();

  private ReferenceCheck(LanguageModel model, Golden golden, Consumer<String> progress) {
    this.model = model;
    this.golden = golden;
    this.progress = progress;
    this.tolerances = Tolerances.of(model);
    this.nLayers = model.architecture().dimensions().nLayers();
  }

  /// Runs all comparisons that the file allows.
  ///
  /// @param model the model, with the adapter of the reference switched on, if it has one
  /// @param reference a file in the format `demur-golden-1`
  /// @param endOfSequence tokens that the reference suppressed in its greedy text
  /// @param progress is told what is compared next
  /// @throws ModelException when the file is malformed or belongs to a model of other sizes
  public static List<Check> run(
      LanguageModel model, Path reference, Set<Integer> endOfSequence, Consumer<String> progress) {
    try (Golden golden = Golden.open(reference)) {
      ReferenceCheck check = new ReferenceCheck(model, golden, progress);
      check.checkSizes(reference);
      check.hiddenStates();
      check.lastPosition();
      if (golden.has("greedy")) {
        progress.accept("greedy");
        int wrong = GreedyCheck.wrongTokens(model, golden, endOfSequence);
        check.add("greedy (tokens)", wrong, check.tolerances.greedy());
      }
      check.edits();
      check.training();
      if (check.checks.isEmpty()) {
        throw new ModelException(
            ErrorCode.FILE_FORMAT, reference + ": it holds no key that can be compared");
      }
      return List.copyOf(check.checks);
    }
  }

  private void checkSizes(Path reference) {
    long dModel = model.architecture().dimensions().dModel();
    for (String key : golden.keys()) {
      boolean hidden = key.startsWith("resid_") || key.equals("last.resid");
      if (hidden && golden.shape(key).getLast() != dModel) {
        throw new ModelException(
            ErrorCode.FILE_FORMAT,
            "%s: %s has width %d, but the residual stream of the model has %d"
                .formatted(reference, key, golden.shape(key).getLast(), dModel));
      }
    }
    model.checkIds(golden.prompts());
  }

  private void add(String name, double difference, OptionalDouble tolerance) {
    checks.add(new Check(name, difference, tolerance));
  }

  /// `resid_pre.{i}` for `blocks.{i}.hook_resid_pre`.
  private static String key(HookPoint point) {
    return point.site().label().replace("hook_", "") + "." + point.layer();
  }

  private void hiddenStates() {
    Set<HookPoint> points = new TreeSet<>();
    for (HookSite site : HIDDEN) {
      HookPoint.inAllBlocks(site, nLayers).stream()
          .filter(point -> golden.has(key(point)))
          .forEach(points::add);
    }
    if (points.isEmpty() && !golden.has("logits")) {
      return;
    }
    progress.accept("hidden states and logits");
    ForwardRequest request =
        ForwardRequest.logitsAt(Positions.ALL).capturing(points, Positions.ALL);
    try (ForwardResult result = model.forward(golden.prompts(), request);
        Scope scope = Scope.open()) {
      for (HookPoint point : points) {
        float[] expected = golden.floats(key(point));
        Difference difference = new Difference();
        for (int row : comparableRows()) {
          difference.add(
              result.activations().row(point, row).toFloats(), golden.rowOf(expected, row));
        }
        add(key(point), difference.relative(), tolerances.hiddenStates());
      }
      if (golden.has("logits")) {
        compareLogits("logits", result);
      }
    }
  }

  /// Rows of which the reference has the same rotary angles. It counts padding into the length of a
  /// row, which matters where the frequencies depend on the length.
  private List<Integer> comparableRows() {
    return IntStream.range(0, golden.rowCount())
        .filter(
            row ->
                model.architecture().ropes().stream()
                    .filter(RopeSpec::dependsOnLength)
                    .allMatch(rope -> sameAngles(rope, row)))
        .boxed()
        .toList();
  }

  private boolean sameAngles(RopeSpec rope, int row) {
    return java.util.Arrays.equals(
        rope.frequencies(golden.width()), rope.frequencies(golden.width() - golden.padding(row)));
  }

  private void compareLogits(String key, ForwardResult result) {
    float[] expected = golden.floats(key);
    Difference difference = new Difference();
    Divergence divergence = new Divergence(vocabulary());
    for (int row : comparableRows()) {
      try (Scope scope = Scope.open()) {
        float[] logits = result.logits(row).toFloats();
        difference.add(logits, golden.rowOf(expected, row));
        divergence.add(logits, golden.rowOf(expected, row));
      }
    }
    add(key, difference.relative(), tolerances.logits());
    report(key, divergence);
  }

  /// With other weights than the reference has, how far the predictions moved is what counts.
  private void report(String key, Divergence divergence) {
    if (model.type() == DType.Q8_0) {
      checks.add(Check.reported(key + " (KL, nats)", divergence.mean()));
    }
  }

  private int vocabulary() {
    return model.architecture().dimensions().vocabularySize();
  }

  private void lastPosition() {
    if ((!golden.has("last.resid") && !golden.has("last.logits"))
        || comparableRows().size() < golden.rowCount()) {
      return;
    }
    progress.accept("last position");
    List<HookPoint> points = new ArrayList<>(HookPoint.inAllBlocks(HookSite.RESID_PRE, nLayers));
    points.add(HookPoint.of(HookSite.RESID_POST, nLayers - 1));
    ForwardRequest request =
        ForwardRequest.logitsAt(Positions.LAST_PROMPT).capturing(points, Positions.LAST_PROMPT);
    try (ForwardResult result = model.forward(golden.prompts(), request);
        Scope scope = Scope.open()) {
      if (golden.has("last.resid")) {
        float[] expected = golden.floats("last.resid");
        int size = expected.length / points.size();
        Difference difference = new Difference();
        for (int place = 0; place < points.size(); place++) {
          float[] part = java.util.Arrays.copyOfRange(expected, place * size, (place + 1) * size);
          difference.add(result.activations().stacked(points.get(place)).toFloats(), part);
        }
        add("last.resid", difference.relative(), tolerances.hiddenStates());
      }
      if (golden.has("last.logits")) {
        float[] logits = result.lastLogits().toFloats();
        float[] expected = golden.floats("last.logits");
        double difference = new Difference().add(logits, expected).relative();
        add("last.logits", difference, tolerances.logits());
        report("last.logits", new Divergence(vocabulary()).add(logits, expected));
      }
    }
  }

  private void edits() {
    if (golden.has("ablate.logits")) {
      LayerVectors direction = LayerVectors.same(golden.floats("ablate.direction"));
      edited("ablate.logits", Plan.of(new DirectionalAblation(Target.residualStream(), direction)));
    }
    if (golden.has("add.logits")) {
      int layer = (int) golden.longs("add.layer")[0];
      Target target = Target.everywhere(HookSite.RESID_PRE).inLayers(layer);
      LayerVectors vector = LayerVectors.same(golden.floats("add.vector"));
      double coefficient = golden.floats("add.coefficient")[0];
      edited("add.logits", Plan.of(new ActivationAddition(target, vector, coefficient)));
    }
    if (golden.has("refat.logits")) {
      edited("refat.logits", refatPlan());
    }
  }

  private void edited(String key, Plan plan) {
    progress.accept(key);
    ForwardRequest request = ForwardRequest.logitsAt(Positions.ALL).with(plan);
    try (ForwardResult result = model.forward(golden.prompts(), request)) {
      compareLogits(key, result);
    }
  }

  /// Each block input from a quarter of the depth on has its own direction projected out.
  private Plan refatPlan() {
    Integer[] layers = IntStream.range(nLayers / 4, nLayers).boxed().toArray(Integer[]::new);
    LayerVectors directions =
        LayerVectors.perLayer(
            model.architecture().dimensions().dModel(), golden.floats("refat.directions"));
    return Plan.of(
        new DirectionalAblation(
            Target.everywhere(HookSite.RESID_PRE).inLayers(layers), directions));
  }

  private void training() {
    if (!golden.has("refat.loss")
        || comparableRows().size() < golden.rowCount()
        || !GoldenLoss.covers(golden)) {
      return;
    }
    progress.accept("refat.loss and gradients");
    List<String> parameters =
        golden.keys().stream()
            .filter(key -> key.startsWith("refat.grad."))
            .map(key -> key.substring("refat.grad.".length()))
            // blocks of 8-bit numbers have no gradient
            .filter(name -> model.weights().get(name).dtype() != DType.Q8_0)
            .toList();
    List<Tensor> weights = parameters.stream().map(model.weights()::get).toList();
    weights.forEach(weight -> weight.requireGrad(true));
    try (Scope scope = Scope.open();
        ForwardResult result =
            model.forward(
                golden.prompts(),
                ForwardRequest.logitsAt(Positions.ALL).with(refatPlan()).recorded())) {
      Tensor loss = GoldenLoss.of(golden, result);
      double expected = golden.floats("refat.loss")[0];
      add("refat.loss", Math.abs(loss.item() - expected) / Math.abs(expected), tolerances.logits());
      if (!parameters.isEmpty()) {
        model.backward(loss);
      }
      for (int i = 0; i < parameters.size(); i++) {
        String key = "refat.grad." + parameters.get(i);
        double difference =
            new Difference().add(weights.get(i).grad().toFloats(), golden.floats(key)).relative();
        add(key, difference, tolerances.gradients());
      }
    } finally {
      weights.forEach(
          weight -> {
            weight.clearGrad();
            weight.requireGrad(false);
          });
    }
  }
}
