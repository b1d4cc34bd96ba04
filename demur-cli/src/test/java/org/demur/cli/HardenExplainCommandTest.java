package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HardenExplainCommandTest {
  @TempDir private Path home;

  private CommandRun run(String... args) {
    return CommandRun.at(home).run(args);
  }

  /// A run of refusal training alone, which is the shortest.
  private Path hardened(Path model) {
    Path out = home.resolve("run");
    CommandRun run =
        run(
            "harden",
            model.toString(),
            "--method",
            "rt",
            "--profile",
            "quick",
            "--steps",
            "2",
            "--attack",
            "none",
            "--out",
            out.toString());
    assertThat(run.code()).as(run.err()).isZero();
    return out;
  }

  @Test
  void aFinishedRunIsExplainedStateByStateAndOnlyOnce() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(2048));
    Path out = hardened(model);

    CommandRun first = run("harden", "explain", out.toString(), "--json");

    assertThat(first.code()).as(first.err()).isZero();
    Map<String, Object> document = first.document();
    assertThat(document).containsEntry("schemaVersion", "1").containsEntry("profile", "quick");
    assertThat(first.list("findings")).hasSize(5);
    assertThat(first.list("states"))
        .extracting(state -> state instanceof Map<?, ?> map ? map.get("key") : "")
        .containsExactly("before", "rt");
    assertThat(first.err()).contains("before: worst perturbations", "harmless text");
    assertThat(out.resolve("explain.json")).content().isEqualTo(first.out());
    assertThat(out.resolve("explain.html"))
        .content()
        .contains("A1:", "A5:", "Benign suffix", "<svg", "after refusal training");

    CommandRun again = run("harden", "explain", out.toString());
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain("worst perturbations");
    assertThat(again.out()).contains("A3: refusal log-odds", "SHARE OF DROP", "A2, the attack's");
    List<String> journal = Files.readAllLines(out.resolve("explain.jsonl"));
    assertThat(journal).hasSize(2);
  }

  @Test
  void runsThatCannotBeExplainedAreNamedInOneSentence() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(2048));
    Path out = hardened(model);
    Path weights = out.resolve("rt/adapter/adapter_model.safetensors");
    byte[] good = Files.readAllBytes(weights);

    fails(3, "adapter_model.safetensors", () -> Files.write(weights, new byte[] {1, 2, 3}));
    fails(4, "the adapter of the state \"rt\" is missing", () -> Files.delete(weights));
    Files.write(weights, good);
    Path other = home.resolve("other.gguf");
    Files.copy(model, other);
    Files.write(other, new byte[] {0}, java.nio.file.StandardOpenOption.APPEND);
    CommandRun foreign = run("harden", "explain", out.toString(), "--model", other.toString());
    assertThat(foreign.err()).contains("was made with another model");
    assertThat(foreign.code()).isEqualTo(3);
    fails(3, "is not finished: the stage after", () -> Files.delete(out.resolve("report.json")));
    fails(
        3,
        "the training \"rt\" (its adapter) is missing",
        () -> Files.delete(out.resolve("rt/adapter/README.md")));
    fails(3, "replies to keep", () -> Files.delete(out.resolve("attacks.jsonl")));
    fails(3, "the model's own replies", () -> Files.delete(out.resolve("replies.jsonl")));
    fails(3, "not a report folder of demur", () -> Files.delete(out.resolve("run.json")));
    assertThat(out.resolve("explain.json")).doesNotExist();
  }

  private interface Damage {
    void make() throws IOException;
  }

  private void fails(int code, String words, Damage damage) throws IOException {
    damage.make();
    CommandRun run = run("harden", "explain", home.resolve("run").toString());
    assertThat(run.err()).contains(words).doesNotContain("Exception");
    assertThat(run.code()).as(run.err()).isEqualTo(code);
  }

  @Test
  void aHardenedModelIsExportedInTheFormOfItsBase() {
    Path model = TinyModel.in(home, OptionalLong.of(2048));
    Path out = hardened(model);
    String target = home.resolve("exported").toString();

    CommandRun run = run("harden", "export", out.toString(), "--out", target, "--json");

    assertThat(run.code()).as(run.err()).isZero();
    String file = String.valueOf(run.document().get("model"));
    assertThat(file).endsWith("model.gguf");
    assertThat((Double) run.document().get("logitDifference")).isLessThan(1e-4);
    assertThat(home.resolve("exported/README.md"))
        .content()
        .contains("library_name: transformers", "## Results");
    CommandRun reply = run("generate", file, "--prompt", "a", "--max-new-tokens", "2", "--json");
    assertThat(reply.code()).as(reply.err()).isZero();
    CommandRun again = run("harden", "export", out.toString(), "--out", target);
    assertThat(again.code()).isEqualTo(3);
    assertThat(again.err()).contains("holds files already");
    CommandRun nowhere = run("harden", "export", out.toString());
    assertThat(nowhere.code()).isEqualTo(2);
    assertThat(nowhere.err()).contains("--out");
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    CommandRun run = run("harden", "explain", home.resolve("none").toString());
    assertThat(run.err()).contains("there is no folder");
    assertThat(run.code()).isEqualTo(4);
  }

  @Test
  void hardenStillNeedsItsModelAndExplainItsRun() {
    CommandRun model = run("harden");
    assertThat(model.err()).contains("missing required parameter", "MODEL");
    assertThat(model.code()).isEqualTo(2);
    CommandRun folder = run("harden", "explain");
    assertThat(folder.err()).contains("missing required parameter", "RUN");
    assertThat(folder.code()).isEqualTo(2);
    assertThat(run("harden", "--help").out()).contains("MODEL", "explain");
  }
}
