package org.demur.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.hook.Positions;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BenchmarksTest {
  private static final int LAYERS = 2;

  @SuppressWarnings("NullAway.Init")
  private LanguageModel model;

  @SuppressWarnings("NullAway.Init")
  private Benchmarks benchmarks;

  @BeforeAll
  void load() {
    model =
        LanguageModel.load(
            SharedFixtures.repositoryRoot().resolve("golden/models/llama"),
            DType.FLOAT32,
            Device.CPU);
    benchmarks = new Benchmarks(model, Set.of(2));
  }

  @AfterAll
  void close() {
    model.close();
  }

  @ParameterizedTest
  @EnumSource(value = BenchCase.class, mode = EnumSource.Mode.EXCLUDE, names = "EXTRACT_RAGGED")
  void everyCaseRunsAndLeavesNothingBehind(BenchCase kind) {
    long before = Scope.liveTensors();

    Measurement measurement =
        benchmarks.measure(
            BenchRequest.of(kind, 2, 12).decoding(3).stoppingAfter(0).times(1, 2).checked());

    assertThat(measurement.seconds()).hasSize(2).allSatisfy(time -> assertThat(time).isPositive());
    assertThat(measurement.tokens()).isEqualTo(kind == BenchCase.DECODE ? 6 : 24);
    assertThat(measurement.work().flops()).isPositive();
    assertThat(measurement.peakBytes()).isPositive();
    assertThat(Scope.liveTensors()).isEqualTo(before);
  }

  @Test
  void aTrainingStepBeginsWithTheLossOfTheModelAndLeavesItAsItWas() {
    List<String> before = model.adapters().names();
    double loss = check(BenchRequest.of(BenchCase.TRAIN, 2, 12)).loss().orElseThrow();
    assertThat(loss).isCloseTo(crossEntropyOfSecondHalves(2, 12), Offset.offset(1e-4));
    assertThat(check(BenchRequest.of(BenchCase.TRAIN, 2, 12)).loss()).hasValue(loss);
    assertThat(model.adapters().names()).isEqualTo(before);
    Work work = benchmarks.measure(BenchRequest.of(BenchCase.TRAIN, 2, 12).times(0, 1)).work();
    Work pass = Work.ofPass(model.architecture(), DType.FLOAT32, List.of(12, 12), LAYERS, 12);
    assertThat(work.flops()).isEqualTo(2 * pass.flops());
  }

  private double crossEntropyOfSecondHalves(int rows, int tokens) {
    List<Prompt> prompts = BenchTokens.rows(rows, tokens, 96);
    double sum = 0;
    try (ForwardResult result = model.forward(prompts, ForwardRequest.logitsAt(Positions.ALL))) {
      for (int row = 0; row < rows; row++) {
        for (int at = tokens / 2 - 1; at < tokens - 1; at++) {
          try (Scope scope = Scope.open()) {
            float[] logs = result.logits(row).select(0, at).logSoftmax(-1).toFloats();
            sum -= logs[prompts.get(row).ids()[at + 1]];
          }
        }
      }
    }
    return sum / (rows * (tokens / 2.0));
  }

  @Test
  void extractionKeepsEveryLayerAndFullLogitsChangeNothing() {
    BenchOutputs bare = check(BenchRequest.of(BenchCase.EXTRACT, 3, 10));
    BenchOutputs full = check(BenchRequest.of(BenchCase.EXTRACT_LOGITS, 3, 10));

    assertThat(bare.residuals()).hasSize(LAYERS + 1);
    assertThat(bare.logits()).isEmpty();
    assertThat(full.logits()).hasSize(96);
    for (int layer = 0; layer <= LAYERS; layer++) {
      assertThat(full.residuals().get(layer))
          .containsExactly(bare.residuals().get(layer), Offset.offset(1e-5f));
    }
  }

  @Test
  void stoppingEarlyGivesTheSameNumbersUpToThere() {
    BenchOutputs all = check(BenchRequest.of(BenchCase.EXTRACT, 2, 10));
    BenchOutputs early = check(BenchRequest.of(BenchCase.EXTRACT_STOP, 2, 10).stoppingAfter(0));

    assertThat(early.residuals()).hasSize(2);
    assertThat(early.residuals().get(1))
        .containsExactly(all.residuals().get(1), Offset.offset(1e-5f));
  }

  @Test
  void editsChangeWhatComesOut() {
    float[] plain = check(BenchRequest.of(BenchCase.PLAIN, 1, 10)).residuals().getFirst();

    assertThat(check(BenchRequest.of(BenchCase.EDIT_ADD, 1, 10)).residuals().getFirst())
        .isNotEqualTo(plain);
    assertThat(check(BenchRequest.of(BenchCase.EDIT_ABLATE, 1, 10)).residuals().getFirst())
        .isNotEqualTo(plain);
  }

  @Test
  void decodingNeverEndsEarly() {
    BenchOutputs outputs = check(BenchRequest.of(BenchCase.DECODE, 3, 8).decoding(20));

    assertThat(outputs.greedy())
        .hasSize(3)
        .allSatisfy(row -> assertThat(row).hasSize(20).doesNotContain(2));
  }

  private BenchOutputs check(BenchRequest request) {
    return benchmarks.measure(request.times(0, 0).checked()).outputs();
  }

  @Test
  void slowRunsAreRepeatedLess() {
    assertThat(Benchmarks.runsWithin(2.5, 0, 9)).isEqualTo(9);
    assertThat(Benchmarks.runsWithin(2.5, 600, 9)).isEqualTo(4);
    assertThat(Benchmarks.runsWithin(2.5, 2000, 9)).isEqualTo(2);
    assertThat(Benchmarks.runsWithin(2.5, 9000, 9)).isEqualTo(1);
  }

  @Test
  void aLayerThatIsNotThereIsNamed() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(
            () ->
                benchmarks.measure(
                    BenchRequest.of(BenchCase.EXTRACT_STOP, 1, 4).stoppingAfter(LAYERS)))
        .withMessage("cannot stop after layer 2: the model has layers 0 to 1");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> benchmarks.measure(BenchRequest.of(BenchCase.EXTRACT_STOP, 1, 4)))
        .withMessageContaining("needs the layer");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> BenchRequest.of(BenchCase.EXTRACT, 0, 4))
        .withMessage("batch must be at least 1, got 0");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> BenchCase.ofLabel("extrakt"))
        .withMessageContaining("known: plain, extract");
  }

  @Test
  void theSuiteFitsAShortContext() {
    List<Suite.Entry> entries = Suite.of(model.architecture());
    List<Integer> done = new ArrayList<>();
    List<Figure> figures =
        Suite.run(
            benchmarks,
            Suite.only(entries, List.of("decode-8", "extract")),
            new MachinePeaks(DType.FLOAT32, 1e11, 1e10),
            2,
            done::add);

    assertThat(figures).extracting(Figure::name).containsExactly("extract", "decode-8");
    assertThat(figures)
        .allSatisfy(
            figure -> {
              assertThat(figure.share()).isBetween(0.0, 1.0);
              assertThat(figure.tokensPerSecond().n()).isEqualTo(2);
              assertThat(figure.dtype()).isEqualTo("fp32");
            });
    assertThat(done).containsExactly(1, 2);
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Suite.only(entries, List.of("decode-9")))
        .withMessageContaining("there is no measurement \"decode-9\"");
  }
}
