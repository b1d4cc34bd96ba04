package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WorkerOptionsTest {
  @TempDir private Path home;

  private CommandRun harden(Path model, String out, String... more) {
    String[] fixed = {
      "harden",
      model.toString(),
      "--profile",
      "quick",
      "--steps",
      "3",
      "--attack",
      "none",
      "--out",
      home.resolve(out).toString()
    };
    String[] all = new String[fixed.length + more.length];
    System.arraycopy(fixed, 0, all, 0, fixed.length);
    System.arraycopy(more, 0, all, fixed.length, more.length);
    return CommandRun.at(home).run(all);
  }

  @Test
  void twoWorkersOnOneMachineMakeAnAdapter() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(512));

    CommandRun run = harden(model, "shared", "--workers", "2", "--worker-timeout", "60", "--json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.document()).containsEntry("schemaVersion", "1");
    assertThat(run.err()).contains("2 workers on this machine").doesNotContain("worker 1 (exit");
    assertThat(home.resolve("shared/adapter/adapter_model.safetensors")).exists();
    assertThat(Files.readString(home.resolve("shared/adapter/README.md")))
        .contains("| parts | 2 |");
  }

  @Test
  void whatCannotBeSharedIsRefusedBeforeAnythingIsStarted() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(512));

    CommandRun cat = harden(model, "cat", "--method", "cat", "--workers", "2");
    assertThat(cat.code()).isEqualTo(3);
    assertThat(cat.err()).contains("cat has one loss over all rows of a step");
    CommandRun rank = harden(model, "rank", "--workers", "2", "--rank", "1");
    assertThat(rank.code()).isEqualTo(2);
    assertThat(rank.err()).contains("--rendezvous and --rank go together");
    CommandRun outside =
        harden(model, "o", "--workers", "2", "--rank", "2", "--rendezvous", "127.0.0.1:29500");
    assertThat(outside.err()).contains("--rank 2 is not one of 2 workers, 0 to 1");
    CommandRun place =
        harden(model, "p", "--workers", "2", "--rank", "1", "--rendezvous", "127.0.0.1:x");
    assertThat(place.code()).isEqualTo(2);
    assertThat(place.err()).contains("\"x\" is no port from 1 to 65535");
    CommandRun nobody =
        harden(
            model,
            "n",
            "--workers",
            "2",
            "--rank",
            "1",
            "--rendezvous",
            "127.0.0.1:1",
            "--worker-timeout",
            "1");
    assertThat(nobody.code()).isEqualTo(3);
    assertThat(nobody.err()).contains("nobody listens at 127.0.0.1:1");
    assertThat(home.resolve("n")).doesNotExist();
  }
}
