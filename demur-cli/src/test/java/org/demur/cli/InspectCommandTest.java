package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InspectCommandTest {
  private static final Path MODELS = SharedFixtures.repositoryRoot().resolve("golden/models");

  @TempDir private Path home;

  @Test
  void aModelWithTextIsShownWithWhatFollowsTheUsersText() {
    CommandRun run = run(TinyModel.in(home).toString());

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("llama, 2 layers, dModel 32", "BF16", "apache-2.0", "tied", "96 tokens")
        .containsPattern("t_post-inst +1 <\\|end\\|> \\| 3 Ċ \\| 0 <\\|turn\\|> \\|");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void theDocumentCountsParametersAndTensors() {
    Map<String, Object> document = run(TinyModel.in(home).toString(), "--json").document();

    assertThat(document)
        .containsEntry("architecture", "llama")
        .containsEntry("license", "apache-2.0")
        .containsEntry("endOfSequence", List.of(1))
        .containsKeys("dimensions", "tensors", "postInstruction", "chatTemplateSha256");
    assertThat(document.get("parameters")).isEqualTo(parametersOf("llama"));
  }

  @Test
  void aFolderWithoutTextIsShown() {
    CommandRun run = run(MODELS.resolve("mixtral").toString());

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("mixtral", "2 of 3 experts", "its own", "not stated");
    assertThat(run.out()).containsPattern("tokenizer +none");
  }

  @Test
  void anUnknownArchitectureIsBadInputWithTheKnownOnes() throws IOException {
    Files.writeString(home.resolve("config.json"), "{\"model_type\": \"lama\"}");

    CommandRun run = run(home.toString(), "--json");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("lama", "llama", "qwen2");
    assertThat(run.document()).containsOnlyKeys("error");
  }

  /// The same weights lie in the folder, where their names are those of Hugging Face.
  private Object parametersOf(String folder) {
    return String.valueOf(
            run(MODELS.resolve(folder).toString(), "--json").document().get("parameters"))
        .transform(Integer::valueOf);
  }

  private CommandRun run(String... args) {
    String[] all = new String[args.length + 1];
    all[0] = "inspect";
    System.arraycopy(args, 0, all, 1, args.length);
    return CommandRun.at(home).run(all);
  }
}
