package org.demur.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainingPassTest {
  private static final List<Prompt> ROWS = TrainedTiny.ROWS;

  /// Of gradients beside weights of 8 bits after the point, in units of the largest.
  private static final double HALF_BOUND = 6e-2;

  @TempDir private Path folder;

  private static Stream<TinyModel> families() {
    return TrainedTiny.families();
  }

  private LanguageModel trained(TinyModel tiny, double dropout) {
    return TrainedTiny.load(tiny, folder, dropout);
  }

  private static float[] direction(int width, int turn) {
    float[] direction = new float[width];
    for (int i = 0; i < width; i++) {
      direction[i] = ((i + turn) % 3) - 0.7f;
    }
    return direction;
  }

  /// Edits of all kinds that a training makes: a direction of a layer, two at three sites of all
  /// blocks one after the other, a projection that is moved to a mean, an addition.
  private static Plan edits() {
    LayerVectors first = LayerVectors.same(direction(16, 0));
    LayerVectors second = LayerVectors.same(direction(16, 1));
    Target threeSites = Target.residualStream().masked(List.of(false, true, false));
    Target behind = Target.everywhere(HookSite.RESID_POST).masked(List.of(true, false, false));
    Target between = Target.everywhere(HookSite.RESID_MID).masked(List.of(false, true, true));
    return new Plan(
        List.of(
            ablation(16, true, false, true).interventions().getFirst(),
            new DirectionalAblation(threeSites, first),
            new DirectionalAblation(threeSites, second),
            new DirectionalAblation(behind, first, Optional.of(second)),
            new ActivationAddition(between, second, 0.3)));
  }

  private static Plan ablation(int width, boolean... mask) {
    float[] direction = direction(width, 0);
    List<Boolean> rows = new ArrayList<>();
    for (boolean row : mask) {
      rows.add(row);
    }
    Target target = Target.everywhere(HookSite.RESID_PRE).inLayers(1, 2).masked(rows);
    return Plan.of(new DirectionalAblation(target, LayerVectors.same(direction)));
  }

  private static List<int[]> responses() {
    return ROWS.stream()
        .map(row -> IntStream.range(row.promptLength() - 1, row.length() - 1).toArray())
        .toList();
  }

  private static TrainingRequest request(boolean recompute) {
    return TrainingRequest.predicting(responses()).with(List.of(edits())).recomputing(recompute);
  }

  /// Sum of the logits' squares: any scalar will do.
  private static Map<String, float[]> gradients(
      LanguageModel model, List<Prompt> rows, TrainingRequest request) {
    try (TrainingPass pass = model.train(rows, request);
        Scope scope = Scope.open();
        Autograd on = Autograd.on()) {
      Tensor states = pass.hidden().detach().requireGrad(true);
      pass.logits(states).square().sum().backward();
      pass.backward(states.grad());
      return TrainedTiny.takenGradients(model);
    }
  }

  /// The same through one graph over the whole model.
  private static Map<String, float[]> wholeGraph(LanguageModel model) {
    ForwardRequest request = ForwardRequest.logitsAt(Positions.ALL).with(edits()).recorded();
    try (ForwardResult result = model.forward(ROWS, request);
        Scope scope = Scope.open();
        Autograd on = Autograd.on()) {
      List<Tensor> parts = new ArrayList<>();
      for (int row = 0; row < ROWS.size(); row++) {
        int[] places = responses().get(row);
        parts.add(result.logits(row).narrow(0, places[0], places.length).square().sum());
      }
      model.backward(Tensors.stack(parts, 0).sum());
      return TrainedTiny.takenGradients(model);
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void blockByBlockTheGradientsAreThoseOfOneGraph(TinyModel tiny) {
    try (LanguageModel model = trained(tiny, 0)) {
      Map<String, float[]> whole = wholeGraph(model);
      Map<String, float[]> parts = gradients(model, ROWS, request(false));

      assertThat(parts).hasSameSizeAs(whole).isNotEmpty();
      parts.forEach(
          (name, gradient) -> {
            assertThat(gradient).as(name).isNotEqualTo(new float[gradient.length]);
            float[] expected = whole.get(name);
            assertThat(expected).isNotNull();
            if (expected != null) {
              assertThat(Runs.difference(gradient, expected)).as(name).isLessThan(1e-4);
            }
          });
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void gradientsBesideAHalfPreciseBaseAreThoseOfOneGraphUpToRounding(TinyModel tiny) {
    try (LanguageModel model = TrainedTiny.load(tiny, folder, 0, DType.BFLOAT16)) {
      Map<String, float[]> whole = wholeGraph(model);
      gradients(model, ROWS, request(false))
          .forEach(
              (name, gradient) ->
                  assertThat(Runs.difference(gradient, whole.getOrDefault(name, new float[0])))
                      .as(name)
                      .isLessThan(HALF_BOUND));
    }
  }

  /// With many tokens the changes are added to the weights first, with few they are not.
  @ParameterizedTest
  @MethodSource("families")
  void fiveCopiesOfARowGiveFiveTimesItsGradient(TinyModel tiny) {
    try (LanguageModel model = trained(tiny, 0)) {
      Map<String, float[]> five = copies(model, 5);
      copies(model, 1)
          .forEach(
              (name, gradient) -> {
                float[] times = gradient.clone();
                for (int i = 0; i < times.length; i++) {
                  times[i] *= 5;
                }
                Runs.assertSame(five.getOrDefault(name, new float[0]), times);
              });
    }
  }

  private static Map<String, float[]> copies(LanguageModel model, int count) {
    int[] predicted = responses().get(1);
    List<Prompt> rows = Collections.nCopies(count, ROWS.get(1));
    TrainingRequest request = TrainingRequest.predicting(Collections.nCopies(count, predicted));
    return gradients(model, rows, request);
  }

  @ParameterizedTest
  @MethodSource("families")
  void recomputationGivesTheSameBitsAlsoWithDropout(TinyModel tiny) {
    try (LanguageModel model = trained(tiny, 0)) {
      Map<String, float[]> kept = gradients(model, ROWS, request(false));
      gradients(model, ROWS, request(true))
          .forEach((name, gradient) -> assertThat(gradient).as(name).isEqualTo(kept.get(name)));
    }
    try (LanguageModel model = trained(tiny, 0.3)) {
      Map<String, float[]> kept = gradients(model, ROWS, request(false).droppingFrom(7));
      Map<String, float[]> again = gradients(model, ROWS, request(true).droppingFrom(7));
      Map<String, float[]> other = gradients(model, ROWS, request(false).droppingFrom(8));

      kept.forEach((name, gradient) -> assertThat(again.get(name)).as(name).isEqualTo(gradient));
      assertThat(other.values().iterator().next()).isNotEqualTo(kept.values().iterator().next());
    }
  }

  /// Of one row, with a perturbation of its prompt's tokens at the input of a block.
  private static double loss(
      LanguageModel model, int layer, float[] perturbation, Optional<float[]> into) {
    Prompt row = ROWS.getFirst();
    Target target = Target.everywhere(HookSite.RESID_PRE).inLayers(layer).at(Positions.PROMPT);
    LayerVectors values = LayerVectors.perLayer(16, perturbation);
    Plan plan = Plan.of(new ActivationAddition(target, values, 1, true));
    TrainingRequest request =
        TrainingRequest.predicting(List.of(responses().getFirst()))
            .with(List.of(plan))
            .tracing(List.of(layer));
    try (TrainingPass pass = model.train(List.of(row), request);
        Scope scope = Scope.open();
        Autograd on = Autograd.on()) {
      Tensor states = pass.hidden().detach().requireGrad(true);
      Tensor loss = pass.logits(states).square().sum();
      loss.backward();
      pass.backward(states.grad());
      assertThat(pass.receipts().getFirst().tokens()).isEqualTo(row.promptLength());
      into.ifPresent(
          target2 -> {
            float[] all = pass.residPreGradient(layer, 0).toFloats();
            System.arraycopy(all, 0, target2, 0, target2.length);
          });
      return loss.detach().toFloats()[0];
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void theGradientOfAPerturbationIsItsFiniteDifference(TinyModel tiny) {
    try (LanguageModel model = trained(tiny, 0)) {
      for (int layer : List.of(0, 2)) {
        int size = ROWS.getFirst().promptLength() * 16;
        float[] start = new float[size];
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < size; i++) {
          start[i] = (float) (0.1 * random.nextGaussian());
        }
        float[] gradient = new float[size];
        loss(model, layer, start, Optional.of(gradient));
        double square = 0;
        for (float number : gradient) {
          square += (double) number * number;
        }
        float step = (float) (1e-3 / Math.sqrt(square));
        float[] up = start.clone();
        float[] down = start.clone();
        for (int i = 0; i < size; i++) {
          up[i] += step * gradient[i];
          down[i] -= step * gradient[i];
        }
        double slope =
            (loss(model, layer, up, Optional.empty()) - loss(model, layer, down, Optional.empty()))
                / (2 * step);

        assertThat(slope).isCloseTo(square, withinPercentage(2));
      }
    }
  }

  @Test
  void aGradientThatWasNotAskedForIsAnError() {
    try (LanguageModel model = trained(TinyModel.llama(), 0)) {
      TrainingRequest plain = TrainingRequest.predicting(responses());
      try (TrainingPass pass = model.train(ROWS, plain)) {
        assertThatThrownBy(() -> pass.residPreGradient(1, 0))
            .hasMessageContaining("what enters block 1 was not asked for");
      }
      assertThatThrownBy(() -> model.train(ROWS, plain.tracing(List.of(9))))
          .hasMessageContaining("block 9 is asked for");
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void rowsThatAreNotEditedKeepTheirBits(TinyModel tiny) {
    try (LanguageModel model = trained(tiny, 0)) {
      TrainingRequest plain = TrainingRequest.predicting(responses());
      try (TrainingPass without = model.train(ROWS, plain);
          TrainingPass with =
              model.train(ROWS, plain.with(List.of(ablation(16, true, false, false))));
          Scope scope = Scope.open()) {
        for (int i = 0; i < without.predictions(); i++) {
          boolean same = with.hidden().select(0, i).bitEqual(without.hidden().select(0, i));
          assertThat(same).as("row %d", with.row(i)).isEqualTo(with.row(i) != 0);
        }
        assertThat(with.receipts()).isNotEmpty();
      }
    }
  }

  @Test
  void noGradientOfTheBaseIsComputedAndPassesAreCounted() {
    try (LanguageModel model = trained(TinyModel.llama(), 0)) {
      Usage before = model.usage();
      gradients(model, ROWS, request(false));

      assertThat(model.weights().all().values()).noneMatch(Tensor::requiresGrad);
      assertThat(model.usage().since(before)).isEqualTo(new Usage(1, 1, 24, 3, 3));
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void nothingOfAStepStaysAlive(TinyModel tiny) {
    try (LanguageModel model = trained(tiny, 0)) {
      gradients(model, ROWS, request(false));
      long alive = Scope.liveTensors();
      for (int step = 0; step < 5; step++) {
        gradients(model, ROWS, request(step % 2 == 0));
      }
      assertThat(Scope.liveTensors()).isEqualTo(alive);
    }
  }

  @Test
  void aPredictionThatNoTokenFollowsIsRefused() {
    try (LanguageModel model = trained(TinyModel.llama(), 0)) {
      List<int[]> last = List.of(new int[] {8}, new int[] {2}, new int[] {3});
      Runs.assertRefused(
          ErrorCode.PLAN,
          () -> model.train(ROWS, TrainingRequest.predicting(last)).close(),
          "row 0",
          "position 8",
          "the row has 9");
      Runs.assertRefused(
          ErrorCode.PLAN,
          () ->
              model
                  .train(
                      ROWS, TrainingRequest.predicting(List.of(new int[0], new int[0], new int[0])))
                  .close(),
          "none of 3 rows");
    }
  }
}
