package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SteerCommandTest {
  @TempDir private static Path shared;
  private static String model = "";
  private static String[] data = {};

  @TempDir private Path home;

  @BeforeAll
  static void write() throws IOException {
    // The questions of the reply inversion task are long for a vocabulary of characters.
    model = TinyModel.in(shared, OptionalLong.of(512)).toString();
    data =
        new String[] {
          "--harmful", prompts("harmful.txt", "X").toString(),
          "--harmless", prompts("harmless.txt", "y").toString(),
          "--refusal-tokens", "5,6"
        };
  }

  private static Path prompts(String name, String last) throws IOException {
    return Files.write(
        shared.resolve(name),
        IntStream.range(0, 10).mapToObj(i -> "word " + i * 13 + last).toList());
  }

  private CommandRun run(String... args) {
    return CommandRun.at(home)
        .run(
            Stream.of(new String[] {"steer", "sweep", model}, data, args)
                .flatMap(Stream::of)
                .toArray(String[]::new));
  }

  @Test
  void everyLayerAndCoefficientHasACellBesideARandomDirection() {
    CommandRun run =
        run("--direction", "harmfulness", "--prompts", "2", "--coefficients", "0,1,2", "--json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.list("layers")).hasSize(2);
    // layers x coefficients but 0 x direction and random x labels
    assertThat(run.list("points")).hasSize(2 * 2 * 2 * 2);
    assertThat(run.document())
        .containsKeys("untouched", "best", "refusalTokens", "prompts")
        .doesNotContainKey("replyInversion");
    assertThat(String.valueOf(run.document().get("best"))).contains("rises=", "beatsRandom=");
  }

  @Test
  void theTablesNameWhatWasAdded() {
    CommandRun run =
        run("--direction", "refusal", "--layers", "1", "--prompts", "2", "--coefficients", "0,1");

    assertThat(run.out())
        .contains("mean of 2 harmless prompts")
        .contains("C = +1")
        .contains("C = -1")
        .contains("best layer for refusal: 1");
  }

  @Test
  void theReplyInversionTaskRunsOnTheSamePrompts() throws IOException {
    Path out = home.resolve("d.safetensors");
    CommandRun.at(home)
        .run(
            Stream.of(
                    new String[] {"directions", "extract", model, "--out", out.toString()},
                    new String[] {data[0], data[1], data[2], data[3]})
                .flatMap(Stream::of)
                .toArray(String[]::new));

    CommandRun run =
        run(
            "--direction",
            "harmfulness",
            "--directions",
            out.toString(),
            "--layers",
            "1",
            "--prompts",
            "1",
            "--coefficients",
            "1",
            "--reply-inversion",
            "--json");

    // untouched, harmfulness, refusal, random; for both labels
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.list("replyInversion")).hasSize(2 * 4);
    assertThat(String.valueOf(run.list("replyInversion").getFirst()))
        .contains("logitDifference=", "yesShare=", "n=1");
  }

  @Test
  void aPromptThatIsTooLongWithItsQuestionIsNamed() throws IOException {
    String small = TinyModel.in(home).toString();
    CommandRun run =
        CommandRun.at(home)
            .run(
                Stream.of(
                        new String[] {"steer", "sweep", small, "--direction", "refusal"},
                        data,
                        new String[] {"--layers", "1", "--prompts", "1", "--coefficients", "1"},
                        new String[] {"--reply-inversion"})
                    .flatMap(Stream::of)
                    .toArray(String[]::new));

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("tokens, but the model's context takes 64");
  }

  @Test
  void wrongUseIsWrongUse() {
    assertThat(run().code()).isEqualTo(2);
    assertThat(run("--direction", "joy").err()).contains("known: harmfulness, refusal");
    assertThat(run("--direction", "refusal", "--layers", "5-1").code()).isEqualTo(2);
    assertThat(run("--direction", "refusal", "--layers", "0-2").err()).contains("layers 0 to 1");
    assertThat(run("--direction", "refusal", "--coefficients", "a").code()).isEqualTo(2);
    assertThat(run("--direction", "refusal", "--coefficients", "NaN").code()).isEqualTo(2);
    assertThat(run("--direction", "refusal", "--directions", "no.safetensors").code()).isEqualTo(4);
    assertThat(CommandRun.at(home).run("steer").code()).isEqualTo(2);
  }
}
