package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.demur.guard.GuardFile;
import org.demur.guard.GuardFileJson;
import org.demur.guard.GuardSettings;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GuardCommandTest {
  @TempDir private static Path shared;
  private static String model = "";
  private static String[] data = {};

  @TempDir private Path home;

  @BeforeAll
  static void write() throws IOException {
    model = TinyModel.in(shared).toString();
    data =
        new String[] {
          "--harmful", prompts("harmful.txt", "X").toString(),
          "--harmless", prompts("harmless.txt", "y").toString()
        };
  }

  /// The last character decides what the tiny model's states are like at t_inst.
  private static Path prompts(String name, String last) throws IOException {
    return Files.write(
        shared.resolve(name),
        IntStream.range(0, 15).mapToObj(i -> "word " + i * 13 + last).toList());
  }

  private CommandRun run(String command, String[]... args) {
    return CommandRun.at(home)
        .run(
            Stream.concat(Stream.of("guard", command, model), Stream.of(args).flatMap(Stream::of))
                .toArray(String[]::new));
  }

  private static String[] args(String... args) {
    return args;
  }

  private Path fitted(String name, String... more) {
    Path out = home.resolve(name + ".safetensors");
    CommandRun run = run("fit", data, args("--out", out.toString()), more);
    assertThat(run.code()).as(run.err()).isZero();
    return out;
  }

  @Test
  void aGuardIsFittedOnTrainAndItsThresholdChosenOnValidation() {
    Path out = home.resolve("g.safetensors");
    CommandRun run =
        run(
            "fit",
            data,
            args("--out", out.toString(), "--fpr", "0.5", "--mode", "centred", "--json"));

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.document())
        .containsEntry("mode", "centred")
        .containsKeys("threshold", "prompts");
    GuardFile guard = GuardFileJson.read(out);
    assertThat(guard.centroids().positive().count()).isEqualTo(6);
    assertThat(guard.settings().mode()).isEqualTo(GuardSettings.Mode.CENTRED);
    assertThat(guard.calibration().orElseThrow().harmless()).isEqualTo(3);
    assertThat(guard.calibration().orElseThrow().falsePositives()).isLessThanOrEqualTo(1);
  }

  @Test
  void allPromptsInTheCentroidsLeaveTheThresholdAtZero() {
    GuardFile guard = GuardFileJson.read(fitted("all", "--split", "all"));

    assertThat(guard.centroids().negative().count()).isEqualTo(15);
    assertThat(guard.settings()).isEqualTo(GuardSettings.PUBLISHED);
    assertThat(guard.calibration()).isEmpty();
  }

  @Test
  void anEvaluationCountsTheTestSplit() {
    Path guard = fitted("g");
    CommandRun json = run("eval", data, args("--guard", guard.toString(), "--json"));
    CommandRun text = run("eval", data, args("--guard", guard.toString()));

    assertThat(json.document())
        .containsOnlyKeys(
            "model",
            "guard",
            "prompts",
            "auroc",
            "tprAt1Fpr",
            "tprAt5Fpr",
            "atZero",
            "atThreshold",
            "categories",
            "seed");
    assertThat(String.valueOf(json.document().get("auroc"))).contains("value=1.0", "n=12");
    assertThat(String.valueOf(json.document().get("tprAt1Fpr"))).contains("successes=6, n=6");
    assertThat(text.out()).contains("AUROC 1.000 [1.000, 1.000], n = 12", "FALSE FLAGS", "6 of 6");
  }

  @Test
  void promptsAreScoredOneByOneAndFromAFile() throws IOException {
    Path guard = fitted("g", "--split", "all");
    Path batch =
        Files.writeString(
            home.resolve("batch.jsonl"),
            "{\"id\": \"bad\", \"prompt\": \"some X\"}\n{\"id\": \"good\", \"prompt\": \"some y\"}\n");
    String[] with = args("--guard", guard.toString());

    CommandRun many = run("score", with, args("--batch", batch.toString(), "--json", "--layers"));
    CommandRun one = run("score", with, args("--prompt", "some X"));
    CommandRun piped =
        CommandRun.at(home)
            .input("some X")
            .run("guard", "score", model, "--guard", guard.toString(), "--prompt", "-");

    assertThat(many.document()).containsEntry("threshold", 0.0).containsEntry("calibrated", false);
    List<?> rows = many.list("scores");
    assertThat(String.valueOf(rows.getFirst())).contains("id=bad", "flagged=true", "byLayer=[");
    assertThat(String.valueOf(rows.getLast())).contains("id=good", "flagged=false");
    assertThat(one.out()).contains("D_H", "harmful", "cosine over rows 1 to the last");
    assertThat(piped.out()).isEqualTo(one.out());
  }

  @Test
  void guardsOfOneModelAreMerged() {
    Path first = fitted("first");
    Path second = fitted("second", "--seed", "3");
    Path out = home.resolve("both.safetensors");

    CommandRun run =
        CommandRun.at(home)
            .run("guard", "merge", first.toString(), second.toString(), "--out", out.toString());

    assertThat(run.out()).contains("12 harmful and 12 harmless prompts, threshold 0");
    assertThat(GuardFileJson.read(out).centroids().positive().count()).isEqualTo(12);
  }

  @Test
  void aGuardOfAnotherModelTemplateOrAdapterIsRefused() {
    Path plain = fitted("plain", "--plain");
    Path chat = fitted("chat");
    String adapter = SharedFixtures.repositoryRoot().resolve("golden/models/llama-lora").toString();

    CommandRun template = run("score", args("--guard", plain.toString(), "--prompt", "a"));
    CommandRun adapted =
        run("score", args("--guard", chat.toString(), "--prompt", "a", "--adapter", adapter));

    assertThat(template.code()).isEqualTo(3);
    assertThat(template.err()).contains("plain.safetensors was made with chat template none");
    assertThat(adapted.code()).isEqualTo(3);
    assertThat(adapted.err()).contains("adapter none and not");
    assertThat(run("score", args("--guard", plain.toString(), "--prompt", "a", "--plain")).code())
        .isZero();
  }

  @Test
  void wrongUseAndBadInputAreTold() throws IOException {
    Path guard = fitted("g");
    String[] with = args("--guard", guard.toString());
    Path one = Files.writeString(home.resolve("one.txt"), "only\n");

    assertThat(run("score", with).code()).isEqualTo(2);
    assertThat(run("score", with, args("--prompt", "a", "--batch", "b")).code()).isEqualTo(2);
    assertThat(run("score", with, args("--prompt", "a", "--layers")).code()).isEqualTo(2);
    assertThat(run("score", with, args("--prompt", " ")).code()).isEqualTo(3);
    assertThat(run("score", with, args("--prompt", "x".repeat(5000))).err()).contains("context");
    assertThat(run("score", args("--guard", "no.safetensors", "--prompt", "a")).code())
        .isEqualTo(4);
    assertThat(run("fit", data, args("--out", "x", "--fpr", "1")).code()).isEqualTo(2);
    assertThat(run("fit", data, args("--out", "x", "--mode", "dot")).code()).isEqualTo(2);
    assertThat(run("fit", data, args("--out", "x", "--last-layer", "9")).err())
        .contains("the model has rows 0 to 2");
    CommandRun few =
        run("fit", args("--harmful", one.toString(), "--harmless", data[3], "--out", "x"));
    assertThat(few.code()).isEqualTo(3);
    assertThat(few.err()).contains("1 different prompts");
    assertThat(CommandRun.at(home).run("guard").code()).isEqualTo(2);
  }
}
