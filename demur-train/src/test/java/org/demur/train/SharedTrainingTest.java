package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedTrainingTest {
  private static final int LONGEST_SECONDS = 120;
  private static final double TOLERANCE = 1e-5;

  @TempDir private Path folder;

  private Process start(String method, double dropout, String event, int size, int rank)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Ddemur.root=" + SharedFixtures.repositoryRoot(),
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            SharedTrainingProcess.class.getName(),
            folder.toString(),
            method,
            "" + dropout,
            event,
            "" + size,
            "" + rank)
        .redirectOutput(folder.resolve("out" + rank).toFile())
        .redirectError(folder.resolve("err" + rank).toFile())
        .start();
  }

  private void train(String method, double dropout, String event, int size)
      throws IOException, InterruptedException {
    List<Process> all = new ArrayList<>();
    try {
      for (int rank = 0; rank < size; rank++) {
        all.add(start(method, dropout, event, size, rank));
      }
      for (Process process : all) {
        assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
      }
    } finally {
      all.forEach(Process::destroyForcibly);
    }
  }

  private Map<String, float[]> alone(TrainingSettings settings, double dropout) {
    try (LanguageModel model = TinyTraining.model(dropout);
        Trainer trainer =
            TinyTraining.trainer(model, settings, folder.resolve("alone.safetensors"), 100)) {
      trainer.run(report -> {});
      return TinyTraining.factors(model);
    }
  }

  @ParameterizedTest
  @CsvSource({"rt, 2", "refat, 2", "all-forms, 3"})
  void workersTakeTheStepsOfOneProcessWithTheJointBatch(String method, int size)
      throws IOException, InterruptedException {
    train(method, 0, "nothing", size);

    requireEqual(alone(SharedTrainingProcess.settings(method, 1), 0), size);
  }

  @ParameterizedTest
  @CsvSource({"refat", "deeprefusal"})
  void alsoWithDropoutAndDrawsByPartTheyAreThoseOfOneProcessWithAsManyParts(String method)
      throws IOException, InterruptedException {
    train(method, .1, "nothing", 2);

    requireEqual(alone(SharedTrainingProcess.settings(method, 2), .1), 2);
  }

  private void requireEqual(Map<String, float[]> expected, int size) throws IOException {
    byte[] first = Files.readAllBytes(folder.resolve("factors0"));
    for (int rank = 1; rank < size; rank++) {
      assertThat(Files.readAllBytes(folder.resolve("factors" + rank))).isEqualTo(first);
    }
    Map<String, float[]> shared = SharedTrainingProcess.read(folder.resolve("factors0"));
    assertThat(shared.keySet()).isEqualTo(expected.keySet());
    shared.forEach(
        (name, values) ->
            assertThat(values)
                .as(name)
                .containsExactly(expected.get(name), within((float) TOLERANCE)));
    // the steps were large beside the tolerance
    assertThat(moved(shared)).isGreaterThan(2e-3);
  }

  private static double moved(Map<String, float[]> shared) {
    double[] most = {0};
    try (LanguageModel model = TinyTraining.model(0)) {
      TinyTraining.factors(model)
          .forEach(
              (name, before) -> {
                float[] after = Objects.requireNonNull(shared.get(name));
                for (int i = 0; i < before.length; i++) {
                  most[0] = Math.max(most[0], Math.abs(before[i] - after[i]));
                }
              });
    }
    return most[0];
  }

  @Test
  void aKilledWorkerEndsTheTrainingWithACheckpointFromWhichItGoesOn()
      throws IOException, InterruptedException {
    train("refat", 0, "killed", 2);

    Path checkpoint = folder.resolve("checkpoint0.safetensors");
    assertThat(folder.resolve("out0"))
        .content()
        .startsWith("WORKER_LOST: worker 0 of 2 lost worker 1: ")
        .contains("; the checkpoint of step 3 is " + checkpoint);
    try (LanguageModel model = TinyTraining.model(0);
        Trainer trainer =
            TinyTraining.trainer(
                model, SharedTrainingProcess.settings("refat", 2), checkpoint, 100)) {
      assertThat(trainer.resume()).isTrue();
      assertThat(trainer.steps()).isEqualTo(3);
      trainer.run(report -> {});
      Map<String, float[]> expected = alone(SharedTrainingProcess.settings("refat", 2), 0);
      TinyTraining.factors(model)
          .forEach(
              (name, values) ->
                  assertThat(values)
                      .as(name)
                      .containsExactly(expected.get(name), within((float) TOLERANCE)));
    }
  }

  @Test
  void workersThatTrainDifferentlyAreToldHow() throws IOException, InterruptedException {
    train("rt", 0, "other-seed", 2);

    for (int rank = 0; rank < 2; rank++) {
      assertThat(folder.resolve("out" + rank))
          .content()
          .isEqualToIgnoringNewLines(
              "WORKERS: the workers do not work on the same training: seed is 4 at worker 0, 77 at worker 1");
    }
  }

  @Test
  void aMethodWithOneLossOverAllRowsIsNotShared() throws IOException, InterruptedException {
    assertThatThrownBy(() -> HardeningMethod.CAT.requireShareable(2))
        .isInstanceOfSatisfying(
            TrainException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKERS))
        .hasMessage(
            "cat has one loss over all rows of a step, which 2 workers cannot share; refat, rt, deeprefusal can be shared");
    train("cat", 0, "nothing", 2);
    assertThat(folder.resolve("out1")).content().contains("WORKERS: cat has one loss");
  }

  @Test
  void trainingDataSurviveBeingSent() {
    TrainingData data = TinyTraining.data();
    byte[] packed = PackedData.of(data);

    TrainingData read = PackedData.read(packed);

    assertThat(read.hash()).isEqualTo(data.hash());
    assertThat(read.openersHash()).isEqualTo(data.openersHash());
    packed[0] = 100;
    assertThatThrownBy(() -> PackedData.read(packed))
        .hasMessageContaining("bytes of training data that worker 0 sent cannot be read");
  }

  @Test
  void partsHaveAllRowsOnceAndAsManyAsPossibleEach() {
    TrainingSettings settings = TrainingSettings.plain(1, 5, 1e-3).inParts(2, false);

    assertThat(StepParts.harmful(0, settings)).isEqualTo(new StepParts.Range(0, 2));
    assertThat(StepParts.harmful(1, settings)).isEqualTo(new StepParts.Range(2, 5));
    assertThat(StepParts.utility(0, settings)).isEqualTo(new StepParts.Range(0, 3));
    assertThat(StepParts.utility(1, settings)).isEqualTo(new StepParts.Range(3, 5));
  }
}
