package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokensCommandTest {
  private static final String VOCABULARY =
      SharedFixtures.repositoryRoot().resolve("golden/tokenizers/bytes.gguf").toString();

  @TempDir private Path home;

  @Test
  void theDocumentHasIdsAndPiecesOfEqualNumber() {
    CommandRun run = run("tokens", VOCABULARY, "some words", "--json");

    assertThat(run.document()).containsOnlyKeys("ids", "pieces");
    assertThat(run.list("ids")).isNotEmpty().hasSameSizeAs(run.list("pieces"));
  }

  @Test
  void withoutJsonEachTokenHasALineAndTheirNumberIsNoResult() {
    CommandRun json = run("tokens", VOCABULARY, "ab", "--json");
    CommandRun run = run("tokens", VOCABULARY, "ab");

    int count = json.list("ids").size();
    assertThat(run.code()).isZero();
    assertThat(run.out().lines()).hasSize(count);
    assertThat(run.err()).contains(count + " token");
  }

  @Test
  void theEmptyTextHasNoTokens() {
    CommandRun run = run("tokens", VOCABULARY, "", "--json");

    assertThat(run.out()).isEqualTo("{\"ids\":[],\"pieces\":[]}\n");
  }

  @Test
  void aDashReadsStandardInput() {
    CommandRun argument = run("tokens", VOCABULARY, "two\nlines", "--json");
    CommandRun input =
        CommandRun.at(home).input("two\nlines").run("tokens", VOCABULARY, "-", "--json");

    assertThat(input.out()).isEqualTo(argument.out());
  }

  @Test
  void controlTokensAreParsedOnlyWhenAsked() {

    CommandRun plain = run("tokens", VOCABULARY, "<|end|>", "--json");
    CommandRun parsed = run("tokens", VOCABULARY, "<|end|>", "--json", "--special");

    assertThat(plain.list("pieces")).hasSizeGreaterThan(1);
    assertThat(parsed.document()).containsEntry("pieces", List.of("<|end|>"));
  }

  @Test
  void aFileThatIsNoGgufIsBadInputNamedWithItsPath() throws IOException {
    Path file = Files.writeString(home.resolve("broken.gguf"), "no vocabulary in here");

    CommandRun run = run("tokens", file.toString(), "text", "--json");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).startsWith("error: ").contains("broken.gguf");
    assertThat(run.document()).containsOnlyKeys("error");
  }

  @Test
  void anEmptyFileIsBadInput() throws IOException {
    Path file = Files.createFile(home.resolve("empty.gguf"));

    assertThat(run("tokens", file.toString(), "text").code()).isEqualTo(3);
  }

  @Test
  void aMissingModelIsNotFound() {
    CommandRun run = run("tokens", home.resolve("absent.gguf").toString(), "text");

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aModelWithoutATokenizerIsNotFound() {
    String model = SharedFixtures.repositoryRoot().resolve("golden/models/llama").toString();

    CommandRun run = run("tokens", model, "text");

    assertThat(run.code()).isEqualTo(4);
    assertThat(run.err()).contains("tokenizer.json");
  }

  @Test
  void aMissingTextIsWrongUsage() {
    assertThat(run("tokens", VOCABULARY).code()).isEqualTo(2);
  }

  private CommandRun run(String... args) {
    return CommandRun.at(home).run(args);
  }
}
