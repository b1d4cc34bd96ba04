package org.demur.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.demur.testkit.RealModels;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Every row of the reference tokens, made by llama.cpp.
class ReferenceTokensTest {
  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "deepseek-coder", "llama-spm", "phi-3"})
  void everyRowOfAVocabularyFileMatches(String name) {
    Path folder = SharedFixtures.require("fixtures/tokenizers");
    check(name, folder.resolve(name + ".gguf"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"smollm2", "gemma3"})
  void everyRowOfARealModelMatches(String name) {
    check(
        name, RealModels.require(name.equals("smollm2") ? RealModels.SMOLLM2 : RealModels.GEMMA3));
  }

  private static void check(String name, Path gguf) {
    JsonNode document =
        new JsonMapper()
            .readTree(SharedFixtures.require("fixtures/tokenizers/tokens.json").toFile());
    List<String> wrong = new ArrayList<>();
    int rows = 0;
    try (Tokenizer tokenizer = Tokenizer.ofGguf(GgufMetadata.of(gguf).vocabulary())) {
      for (JsonNode row : document.get("rows")) {
        if (!row.get("vocab").asString().equals(name)) {
          continue;
        }
        rows++;
        ControlTokens mode =
            row.get("parse_special").asBoolean() ? ControlTokens.PARSED : ControlTokens.PLAIN;
        int[] expected = ids(row.get("ids"));
        int[] actual = tokenizer.encode(row.get("text").asString(), mode);
        if (!Arrays.equals(expected, actual)) {
          wrong.add(
              "%s %s: expected %s, got %s"
                  .formatted(
                      row.get("text"), mode, Arrays.toString(expected), Arrays.toString(actual)));
        }
      }
    }
    assertThat(rows).as("rows of %s", name).isGreaterThan(80);
    assertThat(wrong).isEmpty();
  }

  private static int[] ids(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = array.get(i).asInt();
    }
    return ids;
  }
}
