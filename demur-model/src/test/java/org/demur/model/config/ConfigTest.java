package org.demur.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.demur.core.ErrorCode;
import org.demur.model.ModelFiles;
import org.demur.model.Runs;
import org.demur.model.TinyModel;
import org.demur.model.family.Families;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
  @TempDir private Path folder;

  private static void assertRefused(TinyModel tiny, String... parts) {
    Runs.assertRefused(ErrorCode.MODEL_CONFIG, tiny::architecture, parts);
  }

  @Test
  void anUnknownModelTypeIsRefusedWithTheKnownOnesAndTheNearest() {
    assertRefused(
        TinyModel.llama().with("model_type", "lama"),
        "unknown model_type \"lama\"",
        "did you mean \"llama\"",
        "known: " + String.join(", ", Families.modelTypes()));
    assertRefused(TinyModel.llama().without("model_type"), "unknown model_type \"\"");
    assertThat(Families.modelTypes()).hasSize(13);
  }

  @Test
  void anUnknownRopeTypeIsRefusedWithTheKnownOnesAndTheNearest() {
    for (String field : List.of("rope_scaling", "rope_parameters")) {
      assertRefused(
          TinyModel.llama().with(field, Map.of("rope_type", "yarm", "factor", 2.0)),
          "unknown rope type \"yarm\"",
          "did you mean \"yarn\"",
          "known: default, linear, dynamic, llama3, yarn, longrope");
    }
    assertRefused(
        TinyModel.phi3().with("rope_scaling", Map.of("type", "linear", "factor", 2.0)),
        "unknown rope type \"linear\" for phi3");
  }

  @Test
  void allWrongFieldsAreReportedAtOnceInOneLine() {
    TinyModel tiny =
        TinyModel.gemma2()
            .with("hidden_size", "wide")
            .with("num_hidden_layers", 0)
            .with("vocab_size", 3.5)
            .without("intermediate_size")
            .with("rms_norm_eps", -1.0)
            .with("attention_bias", "no")
            .with("layer_types", List.of("full_attention", "cross"))
            .with("hidden_activation", "relu6");

    assertRefused(
        tiny,
        "tiny: ",
        "hidden_size is \"wide\", but a whole number from 1",
        "num_hidden_layers is 0, but a whole number from 1",
        "vocab_size is 3.5",
        "intermediate_size is missing",
        "rms_norm_eps is -1.0, but a number greater than 0",
        "attention_bias is \"no\", but true or false is needed",
        "layer_types has 2 entries, but there are 1 layers",
        "unknown activation \"relu6\"; known: silu, gelu");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          num_key_value_heads | 3   | num_attention_heads 4 is no multiple of num_key_value_heads 3
          head_dim            | 3   | a head of 3 cannot be rotated in pairs
          hidden_size         | 999999999 | hidden_size is 999999999, but a whole number from 1 to
          num_hidden_layers   | 100000    | num_hidden_layers is 100000
          max_position_embeddings | -1 | max_position_embeddings is -1
          """)
  void sizesThatContradictEachOtherAreRefused(String field, int value, String message) {
    assertRefused(TinyModel.llama().with(field, value), message);
  }

  @Test
  void moreActiveExpertsThanThereAreIsRefused() {
    assertRefused(
        TinyModel.mixtral().with("num_experts_per_tok", 4), "4 experts per token, but there are 3");
  }

  @Test
  void ropeParametersThatCannotBeUsedAreRefused() {
    assertRefused(
        TinyModel.llama().with("rope_parameters", Map.of("rope_type", "llama3")),
        "factor is missing",
        "low_freq_factor is missing",
        "high_freq_factor is missing");
    assertRefused(
        TinyModel.phi3()
            .with(
                "rope_scaling",
                Map.of(
                    "rope_type", "longrope",
                    "short_factor", List.of(1.0),
                    "long_factor", List.of(1.0, -2.0))),
        "short_factor of the rope parameters has 1 entries, but 2 numbers greater than 0",
        "long_factor of the rope parameters has 2 entries");
    assertRefused(
        TinyModel.phi3().with("partial_rotary_factor", 0.3), "partial_rotary_factor 0.3 of a head");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[1]", "null", "{", "{\"a\": 1, \"a\": 2}", "nonsense", "{\"a\":}"})
  void whatIsNoJsonObjectIsRefusedWithItsPlace(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), text);

    Runs.assertRefused(
        ErrorCode.JSON_FORMAT, () -> ModelFiles.open(folder).close(), file.toString());
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    String deep = "{\"a\": " + "[".repeat(5000) + "]".repeat(5000) + "}";
    Path file = Files.writeString(folder.resolve("config.json"), deep);

    Runs.assertRefused(
        ErrorCode.JSON_FORMAT, () -> ModelFiles.open(folder).close(), file.toString(), "nesting");
  }

  @Test
  void bytesThatAreNoTextAndHugeFilesAreRefused() throws IOException {
    Path file = folder.resolve("config.json");
    Files.write(file, new byte[] {'{', (byte) 0xFF, (byte) 0xFE, '}'});
    Runs.assertRefused(ErrorCode.IO, () -> ConfigJson.read(file), file.toString(), "UTF-8");

    Files.write(file, new byte[(4 << 20) + 1]);
    Runs.assertRefused(
        ErrorCode.JSON_FORMAT, () -> ConfigJson.read(file), "larger than the accepted 4194304");
  }

  @Test
  void aFolderWithoutConfigurationOrWeightsIsRefused() throws IOException {
    Runs.assertRefused(
        ErrorCode.NOT_FOUND, () -> ModelFiles.open(folder).close(), "config.json does not exist");
    Files.writeString(folder.resolve("config.json"), TinyModel.llama().configJson());
    Runs.assertRefused(
        ErrorCode.NOT_FOUND,
        () -> ModelFiles.open(folder).close(),
        "has neither model.safetensors nor model.safetensors.index.json");
  }

  @Test
  void theEndOfSequenceIsReadFromEitherFile() throws IOException {
    Path made = TinyModel.llama().with("eos_token_id", List.of(2, 7)).write(folder);
    try (ModelFiles files = ModelFiles.open(made)) {
      assertThat(files.endOfSequence()).containsExactly(2, 7);
    }
    Files.writeString(made.resolve("generation_config.json"), "{\"eos_token_id\": 9}");
    try (ModelFiles files = ModelFiles.open(made)) {
      assertThat(files.endOfSequence()).containsExactly(9);
    }
  }

  @Test
  void frequenciesFollowTheirFormulas() {
    RopeSpec plain = new RopeSpec.Plain(4, 10000, 1);
    assertThat(plain.frequencies(5)).containsExactly(new double[] {1, 0.01}, within(1e-12));
    assertThat(new RopeSpec.Plain(4, 10000, 4).frequencies(5))
        .containsExactly(new double[] {0.25, 0.0025}, within(1e-12));
    RopeSpec dynamic = new RopeSpec.Dynamic(4, 100, 2, 10);
    assertThat(dynamic.frequencies(10)).containsExactly(new double[] {1, 0.1}, within(1e-12));
    // base 100 * (2 * 20 / 10 - 1)^2 = 900 at twice the length
    assertThat(dynamic.frequencies(20)).containsExactly(new double[] {1, 1 / 30.0}, within(1e-12));
    RopeSpec longRope =
        new RopeSpec.LongRope(4, 100, List.of(1.0, 2.0), List.of(4.0, 5.0), 1.5, 10);
    assertThat(longRope.frequencies(10)).containsExactly(new double[] {1, 0.05}, within(1e-12));
    assertThat(longRope.frequencies(11)).containsExactly(new double[] {0.25, 0.02}, within(1e-12));
    RopeSpec llama3 = new RopeSpec.Llama3(4, 1e6, 8, 1, 4, 64);
    // wave of 6.3 tokens: kept; of 6283 tokens: divided
    assertThat(llama3.frequencies(1)).containsExactly(new double[] {1, 1e-3 / 8}, within(1e-12));
  }
}
