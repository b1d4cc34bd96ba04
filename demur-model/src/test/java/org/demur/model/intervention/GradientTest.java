package org.demur.model.intervention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.TinyModel;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.Custom;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.Intervention.Replacement;
import org.demur.model.intervention.Intervention.Scaling;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GradientTest {
  private static final int WIDTH = 16;
  private static final String WEIGHT = "model.layers.0.mlp.down_proj.weight";
  private static final Prompt PROMPT = Prompt.of(TinyModel.ids(9, 5));

  private LanguageModel model;

  @BeforeAll
  void load(@TempDir Path folder) {
    model = TinyModel.gemma2().load(folder);
  }

  @AfterAll
  void close() {
    model.close();
  }

  private static Plan everyKindOfEdit() {
    LayerVectors vector = Vectors.random(WIDTH, 1);
    Target middle = Target.everywhere(HookSite.RESID_MID).inLayers(1);
    return Plan.of(
        new DirectionalAblation(Target.everywhere(HookSite.RESID_PRE).inLayers(1, 2), vector),
        new ActivationAddition(middle.at(Positions.at(1, 2)), vector, 0.3),
        new Scaling(Target.everywhere(HookSite.PATTERN).inLayers(2), 0.7),
        new Replacement(middle.at(Positions.at(0)), vector),
        new Custom(middle.at(Positions.LAST_PROMPT), "square", Tensor::square));
  }

  private double loss(Plan... plans) {
    try (Scope scope = Scope.open();
        ForwardResult result =
            model.forward(
                List.of(PROMPT), ForwardRequest.logitsAt(Positions.LAST_PROMPT).with(plans))) {
      return logProbability(result).item();
    }
  }

  /// Log-probability of one token.
  private static Tensor logProbability(ForwardResult result) {
    return result.lastLogits().logSoftmax(-1).narrow(1, 7, 1).sum();
  }

  private float[] gradient(Tensor weight, Plan... plans) {
    weight.requireGrad(true);
    try (Scope scope = Scope.open();
        ForwardResult result =
            model.forward(
                List.of(PROMPT),
                ForwardRequest.logitsAt(Positions.LAST_PROMPT).with(plans).recorded())) {
      model.backward(logProbability(result));
      return weight.grad().toFloats();
    } finally {
      weight.clearGrad();
      weight.requireGrad(false);
    }
  }

  @Test
  void gradientsFlowThroughEveryKindOfEdit() {
    Tensor weight = model.weights().get(WEIGHT);
    Plan plan = everyKindOfEdit();
    float[] gradient = gradient(weight, plan);
    double square = 0;
    for (float value : gradient) {
      square += (double) value * value;
    }
    double length = Math.sqrt(square);
    double step = 2e-3 / length;

    double slope =
        (lossAt(weight, gradient, step / length, plan)
                - lossAt(weight, gradient, -step / length, plan))
            / (2 * step);

    assertThat(length).isGreaterThan(1e-4);
    assertThat(slope / length).isCloseTo(1, within(2e-2));
  }

  private double lossAt(Tensor weight, float[] along, double step, Plan plan) {
    try (Scope scope = Scope.open();
        Autograd off = Autograd.off()) {
      Tensor original = weight.copy();
      long[] shape = weight.shape().stream().mapToLong(Long::longValue).toArray();
      Tensor moved =
          org.demur.tensor.Tensors.ofFloats(along, org.demur.tensor.Device.CPU, shape)
              .multiply(step);
      weight.accumulate(moved);
      double loss = loss(plan);
      weight.assign(original);
      return loss;
    }
  }

  @Test
  void theEditChangesTheGradient() {
    Tensor weight = model.weights().get(WEIGHT);

    assertThat(gradient(weight, everyKindOfEdit())).isNotEqualTo(gradient(weight));
  }

  @Test
  void replacingAllTokensCutsTheGradient() {
    Tensor weight = model.weights().get(WEIGHT);
    Plan plan =
        Plan.of(
            new Replacement(
                Target.everywhere(HookSite.RESID_POST).inLayers(1), Vectors.random(WIDTH, 1)));
    Tensor later = model.weights().get("model.norm.weight");
    later.requireGrad(true);
    try {
      assertThat(gradient(weight, plan)).containsOnly(0);
    } finally {
      later.clearGrad();
      later.requireGrad(false);
    }
  }

  @Test
  void backwardPassesAreCounted() {
    long before = model.usage().backwardPasses();

    gradient(model.weights().get(WEIGHT));

    assertThat(model.usage().backwardPasses()).isEqualTo(before + 1);
  }

  @Test
  void aPassThatIsNotRecordedKeepsNoHistory() {
    Tensor weight = model.weights().get(WEIGHT);
    weight.requireGrad(true);
    try (ForwardResult result =
            model.forward(List.of(PROMPT), ForwardRequest.logitsAt(Positions.LAST_PROMPT));
        Scope scope = Scope.open()) {
      assertThat(result.lastLogits().requiresGrad()).isFalse();
    } finally {
      weight.requireGrad(false);
    }
  }
}
