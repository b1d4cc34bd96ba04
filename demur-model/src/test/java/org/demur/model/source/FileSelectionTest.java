package org.demur.model.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.demur.model.source.SourceFixtures.assertFails;

import java.util.List;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.junit.jupiter.api.Test;

/// Which files of a repository are taken.
class FileSelectionTest {
  private static FileSelection choose(String... names) {
    return FileSelection.choose("hf:org/name", List.of(names), Optional.empty());
  }

  @Test
  void oneFileOfWeightsIsPreferredToAnIndexAndBothToGguf() {
    assertThat(
            choose(
                    "config.json",
                    "model.safetensors",
                    "model.safetensors.index.json",
                    "model-00001-of-00001.safetensors",
                    "tiny.Q4_K_M.gguf")
                .files())
        .containsExactly("config.json", "model.safetensors");
    FileSelection sharded = choose("config.json", "model.safetensors.index.json", "x.gguf");
    assertThat(sharded.index()).contains("model.safetensors.index.json");
    assertThat(sharded.kind()).isEqualTo(ModelLocation.Kind.FOLDER);
  }

  @Test
  void anAdapterIsAFolderToo() {
    assertThat(choose("adapter_config.json", "adapter_model.safetensors", "README.md").files())
        .containsExactly("adapter_config.json", "adapter_model.safetensors");
  }

  @Test
  void everyFormOfTokenizerAndTemplateIsTaken() {
    assertThat(
            choose(
                    "config.json",
                    "tokenizer.json",
                    "tokenizer_config.json",
                    "special_tokens_map.json",
                    "chat_template.json",
                    "chat_template.jinja",
                    "tokenizer.model",
                    "vocab.json",
                    "model.safetensors")
                .files())
        .containsExactly(
            "chat_template.jinja",
            "chat_template.json",
            "config.json",
            "special_tokens_map.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "model.safetensors");
  }

  @Test
  void ofSeveralGgufTheUsualQuantisationIsTaken() {
    assertThat(choose("a.Q8_0.gguf", "a.q4_k_m.gguf", "mmproj-a.gguf", "a.Q2_K.gguf").files())
        .containsExactly("a.q4_k_m.gguf");
    assertThat(choose("a-f16.gguf", "mmproj-a.gguf").files()).containsExactly("a-f16.gguf");
  }

  @Test
  void ofSeveralGgufWithoutTheUsualOneTheUserMustNameOne() {
    assertFails(
        ErrorCode.NOT_FOUND,
        () -> choose("a.Q8_0.gguf", "a.Q2_K.gguf"),
        "several GGUF",
        "hf:org/name/a.Q2_K.gguf",
        "(there: a.Q2_K.gguf, a.Q8_0.gguf)");
  }

  @Test
  void aMistypedFileIsAnsweredWithTheNearest() {
    assertFails(
        ErrorCode.NOT_FOUND,
        () ->
            FileSelection.choose(
                "hf:org/name/a.Q8.gguf", List.of("a.Q8_0.gguf"), Optional.of("a.Q8.gguf")),
        "did you mean \"a.Q8_0.gguf\"?");
  }

  @Test
  void aRepositoryWithoutUsableWeightsSaysWhy() {
    assertFails(ErrorCode.MODEL_WEIGHTS, () -> choose("config.json"), "neither safetensors");
    assertFails(
        ErrorCode.MODEL_WEIGHTS, () -> choose("config.json", "model.pt"), "pickle can run code");
    assertFails(
        ErrorCode.MODEL_WEIGHTS,
        () -> choose("a-00001-of-00003.gguf", "a-00002-of-00003.gguf"),
        "split into several files");
    assertFails(ErrorCode.MODEL_CONFIG, () -> choose("model.safetensors"), "config.json");
  }
}
