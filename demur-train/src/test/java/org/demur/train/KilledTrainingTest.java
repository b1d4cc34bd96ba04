package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.demur.model.LanguageModel;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledTrainingTest {
  private static final int STEPS = 60;
  private static final int KILLS = 4;

  @TempDir private Path folder;

  private Process start(Path checkpoint) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Ddemur.root=" + SharedFixtures.repositoryRoot());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            TrainingProcess.class.getName(),
            checkpoint.toString(),
            "" + STEPS));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  @Test
  void killedAtRandomMomentsItEndsWithTheBitsOfAnUninterruptedRun()
      throws IOException, InterruptedException {
    Path checkpoint = folder.resolve("checkpoint.safetensors");
    SplittableRandom random = new SplittableRandom(System.nanoTime());
    List<Integer> waits = new ArrayList<>();
    for (int kill = 0; kill < KILLS; kill++) {
      Process process = start(checkpoint);
      while (kill == 0 && process.isAlive() && !Files.exists(checkpoint)) {
        Thread.sleep(1);
      }
      int wait = kill == 0 ? 0 : random.nextInt(200, 1800);
      waits.add(wait);
      process.waitFor(wait, TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
    }
    Process last = start(checkpoint);
    assertThat(last.waitFor()).as(Files.readString(folder.resolve("output"))).isZero();

    Map<String, float[]> expected =
        TinyTraining.trained(TinyTraining.refat(STEPS), folder.resolve("whole"), report -> {});
    try (LanguageModel model = TinyTraining.model();
        Trainer trainer = TinyTraining.trainer(model, TinyTraining.refat(STEPS), checkpoint, 1)) {
      assertThat(trainer.resume()).isTrue();
      assertThat(trainer.steps()).isEqualTo(STEPS);
      TinyTraining.factors(model)
          .forEach(
              (name, factor) ->
                  assertThat(factor)
                      .as("%s after kills at %s ms", name, waits)
                      .isEqualTo(expected.get(name)));
    }
  }
}
