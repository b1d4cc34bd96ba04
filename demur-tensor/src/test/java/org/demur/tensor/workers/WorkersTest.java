package org.demur.tensor.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.demur.core.ErrorCode;
import org.demur.tensor.TensorException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkersTest {
  private static final int LONGEST_SECONDS = 60;

  @TempDir private Path folder;

  private Process start(String what, int rank, int size) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            WorkerProcess.class.getName(),
            what,
            folder.resolve("port").toString(),
            "" + rank,
            "" + size)
        .redirectOutput(folder.resolve("out" + rank).toFile())
        .redirectError(folder.resolve("err" + rank).toFile())
        .start();
  }

  /// The output of all workers, by rank.
  private List<String> said(String what, int size) throws IOException, InterruptedException {
    List<Process> all = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      all.add(start(what, rank, size));
    }
    List<String> said = new ArrayList<>();
    try {
      for (int rank = 0; rank < size; rank++) {
        assertThat(all.get(rank).waitFor(LONGEST_SECONDS, TimeUnit.SECONDS))
            .as("worker %d of \"%s\" ended", rank, what)
            .isTrue();
        said.add(Files.readString(folder.resolve("out" + rank), StandardCharsets.UTF_8).strip());
      }
    } finally {
      all.forEach(Process::destroyForcibly);
    }
    return said;
  }

  @Test
  void workersAddUpNumbersAndHearEachOtherAndTheFirst() throws IOException, InterruptedException {
    List<String> said = said("together", 3);

    // nothing of Gloo's greeting is in the output either
    assertThat(said.getFirst()).isEqualTo("[6.0, 0.3, 0.0][3.75][ä0, ä1, ä2][1, 2, 3]");
    assertThat(said).containsOnly(said.getFirst());
  }

  @Test
  void aKilledWorkerIsNoticedByAllOthers() throws IOException, InterruptedException {
    List<String> two = said("killed", 2);

    assertThat(two.getFirst()).startsWith("WORKER_LOST: worker 0 of 2 lost worker 1: ");
    assertThat(two.get(1)).isEmpty();
    Files.delete(folder.resolve("port"));
    List<String> three = said("killed", 3);
    assertThat(three.getFirst()).startsWith("WORKER_LOST: worker 0 of 3 lost another worker: ");
    assertThat(three.get(1)).startsWith("WORKER_LOST: worker 1 of 3 lost another worker: ");
  }

  @Test
  void aWorkerThatDoesNotAnswerIsLostAfterTheAgreedTime() throws IOException, InterruptedException {
    Process stuck = start("stuck", 1, 2);
    Process first = start("stuck", 0, 2);
    try {
      assertThat(first.waitFor(LONGEST_SECONDS / 2, TimeUnit.SECONDS)).isTrue();
    } finally {
      stuck.destroyForcibly();
      first.destroyForcibly();
    }
    assertThat(folder.resolve("out0"))
        .content()
        .isEqualToIgnoringNewLines(
            "WORKER_LOST: worker 0 of 2 lost worker 1: nothing came for 6 s");
  }

  @Test
  void whoWaitsForAFirstWorkerThatIsKilledNoticesIt() throws IOException, InterruptedException {
    List<String> said = said("killed-while-away", 2);

    assertThat(said.get(1)).startsWith("WORKER_LOST: worker 1 of 2 lost worker 0: ");
  }

  @Test
  void workersThatDoNotFitAreNamed() throws IOException, InterruptedException {
    Process first = start("together", 0, 2);
    Process other = start("together", 1, 3);
    try {
      assertThat(other.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(first.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      first.destroyForcibly();
      other.destroyForcibly();
    }
    assertThat(folder.resolve("out0"))
        .content()
        .contains("WORKERS: worker 1 wants \"demur-workers-1, 3 workers\", this one", "2 workers");
  }

  @Test
  void aMissingWorkerIsNamed() throws IOException, InterruptedException {
    Process first = start("together", 0, 3);
    Process one = start("together", 1, 3);
    try {
      assertThat(one.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(first.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      first.destroyForcibly();
      one.destroyForcibly();
    }
    assertThat(folder.resolve("out0"))
        .content()
        .isEqualToIgnoringNewLines("WORKERS: of 3 workers [2] did not come within 6 s");
  }

  @Test
  void aPlaceThatCannotBeIsRefused() {
    assertThatThrownBy(() -> Rendezvous.listening("192.0.2.1", 0))
        .isInstanceOfSatisfying(
            TensorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WORKERS))
        .hasMessageContaining("cannot listen at 192.0.2.1:0");
    assertThatThrownBy(() -> Rendezvous.at("127.0.0.1", 70_000))
        .hasMessage("port 70000 is not in 1..65535");
  }

  @Test
  void aWorkerAloneIsItsOwnSum() {
    Workers alone = Workers.alone();
    double[] numbers = {2};
    alone.sum(numbers);
    assertThat(numbers).containsExactly(2);
    assertThat(alone.first()).isTrue();
    assertThat(alone.texts("a")).containsExactly("a");
  }
}
