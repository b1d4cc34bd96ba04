package org.demur.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.demur.text.json.JsonFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenizerJsonTest {
  @TempDir Path folder = Path.of("unset");

  private Path write(String json) throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(file, json);
    return file;
  }

  private List<String> pieces(String json, String text, ControlTokens mode) throws IOException {
    try (Tokenizer tokenizer = Tokenizer.ofTokenizerJson(write(json))) {
      List<String> pieces = new ArrayList<>();
      for (int id : tokenizer.encode(text, mode)) {
        pieces.add(tokenizer.piece(id));
      }
      return pieces;
    }
  }

  @Test
  void digitsAreSplitSinglyBeforeTheByteLevelWhereTheFileSaysSo() throws IOException {
    assertThat(pieces(JsonFiles.BYTE_LEVEL, "ab 12", ControlTokens.PARSED))
        .containsExactly("ab", "Ġ", "1", "2");
  }

  @Test
  void specialTokensAreControlTokensAndOtherAddedTokensAlwaysMatch() throws IOException {
    assertThat(pieces(JsonFiles.BYTE_LEVEL, "<s>ab<tool>", ControlTokens.PARSED))
        .containsExactly("<s>", "ab", "<tool>");
    assertThat(pieces(JsonFiles.BYTE_LEVEL, "<s>ab<tool>", ControlTokens.PLAIN))
        .containsExactly("<", "s", ">", "ab", "<tool>");
  }

  @Test
  void theFirstTokenOfThePostProcessorBeginsPromptsAndTheLastEndsThem() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.ofTokenizerJson(write(JsonFiles.BYTE_LEVEL))) {
      assertThat(tokenizer.bosId()).hasValue(6);
      assertThat(tokenizer.addsBos()).isTrue();
      assertThat(tokenizer.eosId()).hasValue(7);
      assertThat(tokenizer.endOfTurnIds()).containsExactly(7);
      assertThat(tokenizer.vocabularySize()).isEqualTo(12);
      assertThat(tokenizer.description()).isEqualTo("BPE, 12 tokens, tokenizer.json");
      assertThat(tokenizer.encode("ab", ControlTokens.PARSED)).containsExactly(2);
    }
  }

  @Test
  void theFilesOfAFolderSayMoreAboutTheTokens() throws IOException {
    write(JsonFiles.BYTE_LEVEL);
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"add_bos_token\": false, \"eos_token\": {\"content\": \"<tool>\"}}");
    Files.writeString(folder.resolve("special_tokens_map.json"), "{\"bos_token\": \"</s>\"}");
    Files.writeString(
        folder.resolve("generation_config.json"), "{\"eos_token_id\": [3, 8, 99999]}");
    try (Tokenizer tokenizer = Tokenizer.ofFolder(folder)) {
      assertThat(tokenizer.bosId()).hasValue(7);
      assertThat(tokenizer.addsBos()).isFalse();
      assertThat(tokenizer.eosId()).hasValue(8);
      assertThat(tokenizer.endOfTurnIds()).containsExactlyInAnyOrder(3, 7, 8);
    }
  }

  @Test
  void metaspaceGoesOnlyBeforeTheFirstPieceOfATextWhereTheFileSaysSo() throws IOException {
    assertThat(pieces(JsonFiles.METASPACE, "ab<s>ab ab", ControlTokens.PARSED))
        .containsExactly("▁ab", "<s>", "ab", "▁ab");
  }

  @Test
  void aUnigramModelMayNotMakeAControlTokenOfText() throws IOException {
    assertThat(pieces(JsonFiles.UNIGRAM, "a</s>b", ControlTokens.PLAIN))
        .doesNotContain("</s>")
        .startsWith("▁a")
        .endsWith("b");
    assertThat(pieces(JsonFiles.UNIGRAM, "a</s>b", ControlTokens.PARSED))
        .containsExactly("▁a", "</s>", "▁", "b");
  }

  @Test
  void decodingWritesLiteralsOrLeavesControlTokensOut() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.ofTokenizerJson(write(JsonFiles.BYTE_LEVEL))) {
      int[] ids = tokenizer.encode("<s>ab 1<tool></s>", ControlTokens.PARSED);
      assertThat(tokenizer.decode(ids, false)).isEqualTo("<s>ab 1<tool></s>");
      assertThat(tokenizer.decode(ids, true)).isEqualTo("ab 1<tool>");
    }
  }

  static Stream<Arguments> brokenFiles() {
    String bpe = JsonFiles.BYTE_LEVEL;
    return Stream.of(
        Arguments.of("", "not valid JSON|expected an object"),
        Arguments.of("[]", "expected an object"),
        Arguments.of("{}", "has no field \"model\""),
        Arguments.of(bpe.substring(0, 300), "not valid JSON"),
        Arguments.of(bpe + "x", "not valid JSON|nothing after the end"),
        Arguments.of(bpe.replace("\"BPE\"", "\"Magic\""), "model type \"Magic\" is not known"),
        Arguments.of(bpe.replace("\"ab\":2", "\"ab\":-2"), "a token with id -2"),
        Arguments.of(bpe.replace("\"ab\":2", "\"ab\":2.5"), "expected a whole number"),
        Arguments.of(bpe.replace("\"ab\":2", "\"ab\":1"), "two tokens have the id 1"),
        Arguments.of(bpe.replace("\"ab\":2", "\"ab\":3999999"), "gaps are accepted"),
        Arguments.of(bpe.replace("\"a b\"", "\"a zz\""), "merge 0 needs a token"),
        Arguments.of(bpe.replace("\"a b\"", "\"ab\""), "expected a merge before this"),
        Arguments.of(bpe.replace("\"id\":8", "\"id\":99999999"), "the id 99999999"),
        Arguments.of(bpe.replace("\"id\":8", "\"id\":0"), "two tokens have the id 0"),
        Arguments.of(bpe.replace("\"id\":8", "\"ident\":8"), "expected an added token"),
        Arguments.of(
            bpe.replace("\"Digits\"", "\"Digit\""), "\"Digit\", which is not known; did you mean"),
        Arguments.of(
            bpe.replace(JsonFiles.DIGITS, "{\"type\":\"FixedLength\",\"length\":0}"),
            "FixedLength.length must be a whole number from 1"),
        Arguments.of(
            bpe.replace(JsonFiles.DIGITS, split("(a+)+b")), "regular expression that is not"),
        Arguments.of(bpe.replace(JsonFiles.DIGITS, split("[")), "regular expression that is not"),
        Arguments.of(bpe.replace(JsonFiles.DIGITS, split("\\\\p{Nope}")), "native library says"),
        Arguments.of(
            bpe.replace("\"normalizer\":null", "\"normalizer\":" + grow()), "more than 16 times"),
        Arguments.of(
            bpe.replace(
                "\"normalizer\":null",
                "\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"}"),
            "damaged"),
        Arguments.of(
            bpe.replace("\"normalizer\":null", "\"normalizer\":" + "[".repeat(200)),
            "nested too deeply"),
        Arguments.of(
            JsonFiles.UNIGRAM.replace("\"unk_id\":0", "\"unk_id\":77"), "unk_id must be an id"),
        Arguments.of(JsonFiles.UNIGRAM.replace("[\"b\",", "[\"\","), "a token that is not empty"));
  }

  private static String split(String regex) {
    return "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"%s\"},\"behavior\":\"Isolated\",\"invert\":false}"
        .formatted(regex);
  }

  private static String grow() {
    String step = "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aaaaaaaaa\"}";
    return "{\"type\":\"Sequence\",\"normalizers\":[" + step + "," + step + "]}";
  }

  @ParameterizedTest
  @MethodSource("brokenFiles")
  void aBrokenFileIsOneClearErrorThatNamesTheFile(String json, String message) throws IOException {
    Path file = write(json);
    assertThatThrownBy(() -> Tokenizer.ofTokenizerJson(file).close())
        .isInstanceOfAny(TokenizerException.class, JsonFormatException.class)
        .hasMessageContaining(file.toString())
        .message()
        .containsPattern(message);
  }

  @Test
  void aMissingFileAndAFolderInItsPlaceAreErrors() throws IOException {
    assertThatThrownBy(() -> Tokenizer.ofTokenizerJson(folder.resolve("none.json")))
        .isInstanceOfSatisfying(
            DemurException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    Files.createDirectory(folder.resolve("tokenizer.json"));
    assertThatThrownBy(() -> Tokenizer.ofFolder(folder))
        .isInstanceOfSatisfying(
            DemurException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.IO));
  }

  @Test
  void invalidUtf8IsAnError() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    byte[] bytes = JsonFiles.BYTE_LEVEL.getBytes(StandardCharsets.UTF_8);
    bytes[JsonFiles.BYTE_LEVEL.indexOf("ab")] = (byte) 0xFF;
    Files.write(file, bytes);
    assertThatThrownBy(() -> Tokenizer.ofTokenizerJson(file))
        .isInstanceOf(JsonFormatException.class)
        .hasMessageContaining(file.toString());
  }
}
