package org.demur.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.core.ErrorCode;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResidualReadingTest {
  @TempDir private Path folder;

  /// Half the squares of what is read, whose gradient is what is read itself.
  private static double readLoss(LanguageModel model, boolean recompute, boolean back) {
    TrainingRequest request =
        TrainingRequest.readingOnly(TrainedTiny.ROWS.size(), List.of(0, 1, 3))
            .recomputing(recompute);
    try (TrainingPass pass = model.train(TrainedTiny.ROWS, request);
        Scope scope = Scope.open()) {
      double loss = 0;
      Map<Integer, Tensor> gradients = new LinkedHashMap<>();
      for (int block : List.of(0, 1, 3)) {
        loss += pass.resid(block).square().sum().item() / 2;
        gradients.put(block, pass.resid(block));
      }
      if (back) {
        pass.backward(gradients);
      }
      return loss;
    }
  }

  private static void move(LanguageModel model, Map<String, float[]> along, double by) {
    try (Scope scope = Scope.open();
        Autograd off = Autograd.off()) {
      model
          .adapters()
          .parameters("a")
          .forEach(
              (name, factor) -> {
                float[] values = factor.toFloats();
                float[] gradient = along.get(name);
                for (int i = 0; gradient != null && i < values.length; i++) {
                  values[i] += (float) (by * gradient[i]);
                }
                long[] shape = factor.shape().stream().mapToLong(Long::longValue).toArray();
                factor.assign(Tensors.ofFloats(values, model.device(), shape));
              });
    }
  }

  @ParameterizedTest
  @MethodSource("org.demur.model.TrainedTiny#families")
  void gradientsThatJoinTheResidualStreamAreFiniteDifferences(TinyModel tiny) {
    try (LanguageModel model = TrainedTiny.load(tiny, folder, 0)) {
      readLoss(model, true, true);
      Map<String, float[]> recomputed = TrainedTiny.takenGradients(model);
      readLoss(model, false, true);
      Map<String, float[]> gradients = TrainedTiny.takenGradients(model);
      double square = 0;
      for (Map.Entry<String, float[]> each : gradients.entrySet()) {
        assertThat(recomputed.get(each.getKey())).isEqualTo(each.getValue());
        for (float number : each.getValue()) {
          square += (double) number * number;
        }
      }
      double step = 1e-2 / Math.sqrt(square);
      move(model, gradients, step);
      double up = readLoss(model, false, false);
      move(model, gradients, -2 * step);
      double down = readLoss(model, false, false);

      assertThat((up - down) / (2 * step)).isCloseTo(square, withinPercentage(2));
    }
  }

  @ParameterizedTest
  @MethodSource("org.demur.model.TrainedTiny#families")
  void anAdapterThatChangesNothingYetLeavesWhatIsReadToTheLastBit(TinyModel tiny) {
    try (LanguageModel model = TrainedTiny.load(tiny, folder, 0)) {
      Map<String, float[]> zeros = new LinkedHashMap<>();
      try (Scope scope = Scope.open()) {
        model
            .adapters()
            .parameters("a")
            .forEach((name, factor) -> zeros.put(name, factor.toFloats()));
      }
      zeros.keySet().removeIf(name -> !name.contains("lora_B"));
      move(model, zeros, -1);
      TrainingRequest request = TrainingRequest.readingOnly(TrainedTiny.ROWS.size(), List.of(2, 3));
      try (TrainingPass on = model.train(TrainedTiny.ROWS, request)) {
        model.adapters().activate(List.of());
        try (TrainingPass off = model.train(TrainedTiny.ROWS, request);
            Scope scope = Scope.open()) {
          assertThat(on.resid(2).bitEqual(off.resid(2))).isTrue();
          assertThat(on.resid(3).bitEqual(off.resid(3))).isTrue();
          assertThat(on.rowOfToken()).containsExactly(off.rowOfToken()).hasSize(24);
        }
      }
    }
  }

  @Test
  void aPassThatPredictsNothingEndsWhereItIsReadLast() {
    try (LanguageModel model = TrainedTiny.load(TinyModel.llama(), folder, 0)) {
      ForwardRequest reference =
          ForwardRequest.captureOnly(
              List.of(HookPoint.of(HookSite.RESID_PRE, 1), HookPoint.of(HookSite.RESID_POST, 1)),
              Positions.ALL);
      try (TrainingPass pass =
              model.train(
                  TrainedTiny.ROWS,
                  TrainingRequest.readingOnly(TrainedTiny.ROWS.size(), List.of(1, 2)));
          ForwardResult whole = model.forward(TrainedTiny.ROWS, reference);
          Scope scope = Scope.open()) {
        int[] rows = pass.rowOfToken();
        int first = 0;
        while (rows[first] != 1) {
          first++;
        }
        float[] read = pass.resid(1).narrow(0, first, TrainedTiny.ROWS.get(1).length()).toFloats();
        float[] captured =
            whole.activations().row(HookPoint.of(HookSite.RESID_PRE, 1), 1).toFloats();
        assertThat(Runs.difference(read, captured)).isLessThan(1e-5);
        assertThatThrownBy(() -> pass.resid(3)).hasMessageContaining("block 3 was not asked for");
      }
      Runs.assertRefused(
          ErrorCode.PLAN,
          () -> model.train(TrainedTiny.ROWS, TrainingRequest.readingOnly(3, List.of(9))).close(),
          "block 9",
          "blocks 0 to");
    }
  }
}
