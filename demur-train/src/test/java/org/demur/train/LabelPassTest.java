package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.demur.attacks.TokenLoss;
import org.demur.model.LanguageModel;
import org.demur.model.TrainingRequest;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;
import org.demur.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelPassTest {
  private static final int WIDTH = 32;

  @TempDir private Path folder;

  /// A perturbation of the first two tokens at the input of the second block.
  private static Plan perturbed(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[2 * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.3 * random.nextGaussian());
    }
    Target target =
        Target.everywhere(HookSite.RESID_PRE).inLayers(1).at(new Positions.Explicit(List.of(0, 1)));
    return Plan.of(new ActivationAddition(target, LayerVectors.perLayer(WIDTH, values), 1, true));
  }

  private static double loss(LanguageModel model, int part) {
    List<TrainingRow> rows = TinyTraining.data().utility().subList(0, 3);
    TrainingRequest request =
        LabelPass.request(rows).with(List.of(perturbed(1), Plan.NONE, perturbed(2)));
    try (LabelPass pass = new LabelPass(model, rows, request, part)) {
      LabelLoss loss = LabelLoss.mean(TokenLoss.UNLIKELIHOOD, pass.logProbabilities());
      LabelLoss more = LabelLoss.mean(TokenLoss.CROSS_ENTROPY, pass.logProbabilities());
      List<double[]> slopes = loss.times(2).slopes();
      for (int row = 0; row < slopes.size(); row++) {
        for (int token = 0; token < slopes.get(row).length; token++) {
          slopes.get(row)[token] += more.slopes().get(row)[token];
        }
      }
      pass.backward(slopes);
      assertThat(pass.receipts()).hasSize(2);
      return 2 * loss.value() + more.value();
    }
  }

  /// Trained a little, so that both factors have gradients.
  private LanguageModel model() {
    LanguageModel model = TinyTraining.model(0);
    try (Trainer trainer =
        TinyTraining.trainer(model, TinyTraining.plain(3), folder.resolve("start"), 9)) {
      trainer.run(report -> {});
    }
    model.adapters().parameters(TinyTraining.ADAPTER).values().forEach(f -> f.requireGrad(true));
    return model;
  }

  @Test
  void theGradientOfAnyLossIsItsFiniteDifferenceAlsoUnderAPerturbation() {
    try (LanguageModel model = model()) {
      List<Tensor> factors =
          List.copyOf(model.adapters().parameters(TinyTraining.ADAPTER).values());
      loss(model, 100);
      List<float[]> gradients = TinyTraining.takenGradients(factors);
      double square = TinyTraining.square(gradients);
      double step = 1e-2 / Math.sqrt(square);
      TinyTraining.move(factors, gradients, step);
      double up = loss(model, 100);
      TinyTraining.move(factors, gradients, -2 * step);
      double down = loss(model, 100);
      assertThat((up - down) / (2 * step)).isCloseTo(square, within(0.03 * square));
    }
  }

  @Test
  void inPartsTheGradientIsTheSame() {
    try (LanguageModel model = model()) {
      List<Tensor> factors =
          List.copyOf(model.adapters().parameters(TinyTraining.ADAPTER).values());
      double whole = loss(model, 100);
      List<float[]> gradients = TinyTraining.takenGradients(factors);
      assertThat(loss(model, 2)).isCloseTo(whole, within(1e-6));
      List<float[]> parts = TinyTraining.takenGradients(factors);
      for (int i = 0; i < parts.size(); i++) {
        for (int j = 0; j < parts.get(i).length; j++) {
          assertThat(parts.get(i)[j]).isCloseTo(gradients.get(i)[j], within(1e-5f));
        }
      }
    }
  }
}
