package org.demur.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.demur.tensor.gguf.GgufValueType;
import org.demur.tensor.gguf.GgufWriter;
import org.demur.testkit.SharedFixtures;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.text.tokenizer.Tokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelTextFilesTest {
  @TempDir private Path folder;

  @Test
  void aGgufFileThatHoldsOnlyAVocabularyHasATokenizer() {
    Path file = SharedFixtures.repositoryRoot().resolve("golden/tokenizers/bytes.gguf");

    ModelTextFiles text = ModelTextFiles.open(file);

    assertThat(text.hasTokenizer()).isTrue();
    try (Tokenizer tokenizer = text.tokenizer()) {
      int[] ids = tokenizer.encode("some words", ControlTokens.PLAIN);
      assertThat(tokenizer.decode(ids, false)).isEqualTo("some words");
    }
  }

  @Test
  void aGgufFileNamesItsTemplateAndSpecialTokens() {
    Path file = folder.resolve("model.gguf");
    new GgufWriter(file)
        .string("tokenizer.chat_template", "plain")
        .string("tokenizer.chat_template.tool_use", "with tools")
        .strings("tokenizer.ggml.tokens", List.of("<s>", "</s>", "a"))
        .integer("tokenizer.ggml.bos_token_id", GgufValueType.UINT32, 0)
        .integer("tokenizer.ggml.eos_token_id", GgufValueType.UINT32, 1)
        .integer("tokenizer.ggml.padding_token_id", GgufValueType.UINT32, 99)
        .write();

    ModelTextFiles text = ModelTextFiles.open(file);

    assertThat(text.chatTemplateSource(false)).contains("plain");
    assertThat(text.chatTemplateSource(true)).contains("with tools");
    assertThat(text.specialTokens())
        .containsExactlyInAnyOrderEntriesOf(Map.of("bos_token", "<s>", "eos_token", "</s>"));
    assertThat(text.hasTokenizer()).isFalse();
    assertThatThrownBy(text::tokenizer)
        .isInstanceOfSatisfying(
            DemurException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("tokenizer.ggml.model");
  }

  @Test
  void aFolderTakesTokensAsTextsOrObjectsAndFromEitherFile() throws IOException {
    write(
        "tokenizer_config.json",
        """
        {"bos_token": {"content": "<bos>", "lstrip": false}, "eos_token": "<eos>",
         "pad_token": null, "chat_template": "from the configuration"}
        """);
    write("special_tokens_map.json", "{\"unk_token\": \"<unk>\", \"eos_token\": \"ignored\"}");

    ModelTextFiles text = ModelTextFiles.open(folder);

    assertThat(text.specialTokens())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("bos_token", "<bos>", "eos_token", "<eos>", "unk_token", "<unk>"));
    assertThat(text.chatTemplateSource(false)).contains("from the configuration");
  }

  @Test
  void aTemplateInItsOwnFileWins() throws IOException {
    write("tokenizer_config.json", "{\"chat_template\": \"from the configuration\"}");
    write("chat_template.jinja", "from its own file");

    assertThat(ModelTextFiles.open(folder).chatTemplateSource(false)).contains("from its own file");
  }

  @Test
  void ofSeveralTemplatesTheOneForToolsIsTakenOnlyWithTools() throws IOException {
    write(
        "tokenizer_config.json",
        """
        {"chat_template": [{"name": "default", "template": "plain"},
                           {"name": "tool_use", "template": "with tools"}]}
        """);
    ModelTextFiles text = ModelTextFiles.open(folder);

    assertThat(text.chatTemplateSource(false)).contains("plain");
    assertThat(text.chatTemplateSource(true)).contains("with tools");
  }

  @Test
  void aFolderWithoutTextFilesHasNeitherTokenizerNorTemplate() {
    ModelTextFiles text = ModelTextFiles.open(folder);

    assertThat(text.hasTokenizer()).isFalse();
    assertThat(text.chatTemplate(false)).isEmpty();
    assertThat(text.specialTokens()).isEmpty();
    assertThatThrownBy(text::tokenizer).hasMessageContaining("tokenizer.json");
  }

  @Test
  void aMalformedConfigurationIsNamedWithItsLine() throws IOException {
    write("tokenizer_config.json", "{\"bos_token\":\n oops}");

    assertThatThrownBy(() -> ModelTextFiles.open(folder))
        .isInstanceOf(DemurException.class)
        .hasMessageContaining("tokenizer_config.json")
        .hasMessageContaining("line 2");
  }

  @Test
  void aMissingFileIsNotFound() {
    Path missing = folder.resolve("missing.gguf");

    assertThatThrownBy(() -> ModelTextFiles.open(missing))
        .isInstanceOfSatisfying(
            DemurException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(folder.resolve(name), content);
  }
}
