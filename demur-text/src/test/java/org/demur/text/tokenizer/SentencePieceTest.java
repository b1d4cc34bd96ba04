package org.demur.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SentencePieceTest {
  private static final String[] PIECES = {
    "th", "the", "▁the", "▁t", "▁", "t", "h", "e", "a", "b", "ab", "ba", "aba", "▁▁", "▁▁▁", "é"
  };

  private static List<String> pieces(GgufVocabulary vocabulary, String text, ControlTokens mode) {
    try (Tokenizer tokenizer = Tokenizer.ofGguf(vocabulary)) {
      List<String> pieces = new ArrayList<>();
      for (int id : tokenizer.encode(text, mode)) {
        pieces.add(tokenizer.piece(id));
      }
      return pieces;
    }
  }

  @Test
  void aSpaceIsPutBeforeTheTextAndAfterEveryControlTokenIfTheVocabularyHasThat() {
    GgufVocabulary with = SmallVocabularies.sentencePiece(true, PIECES);
    assertThat(pieces(with, "the<|im_end|>the", ControlTokens.PARSED))
        .containsExactly("▁the", "<|im_end|>", "▁the");
    assertThat(pieces(with, "", ControlTokens.PARSED)).isEmpty();
    GgufVocabulary without = SmallVocabularies.sentencePiece(false, PIECES);
    assertThat(pieces(without, "the the", ControlTokens.PARSED)).containsExactly("the", "▁the");
  }

  @Test
  void charactersWithoutATokenBecomeBytes() {
    GgufVocabulary vocabulary = SmallVocabularies.sentencePiece(false, PIECES);
    assertThat(pieces(vocabulary, "é漢\u0000", ControlTokens.PARSED))
        .containsExactly("é", "<0xE6>", "<0xBC>", "<0xA2>", "<0x00>");
  }

  @Test
  void aTokenMadeOfCharactersWithoutTokensIsStillMade() {
    GgufVocabulary vocabulary = SmallVocabularies.sentencePiece(false, "漢字", "a");
    assertThat(pieces(vocabulary, "漢字a漢", ControlTokens.PARSED))
        .containsExactly("漢字", "a", "<0xE6>", "<0xBC>", "<0xA2>");
  }

  @Test
  void joiningCannotMakeAControlToken() {
    Map<String, Object> metadata =
        SmallVocabularies.sentencePieceMetadata(false, "<", "/", "s", ">", "</", "s>", "<0", "x0");
    assertThat(pieces(GgufVocabulary.fromMetadata(metadata::get), "</s>", ControlTokens.PLAIN))
        .containsExactly("</", "s>");
    assertThat(pieces(GgufVocabulary.fromMetadata(metadata::get), "</s>", ControlTokens.PARSED))
        .containsExactly("</s>");
  }

  @Test
  void aVocabularyWithoutScoresOrWithScoresThatAreNoNumbersIsAnError() {
    Map<String, Object> missing = SmallVocabularies.sentencePieceMetadata(true, PIECES);
    missing.remove("tokenizer.ggml.scores");
    assertThatThrownBy(() -> Tokenizer.ofGguf(GgufVocabulary.fromMetadata(missing::get)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("tokenizer.ggml.scores is missing");
    Map<String, Object> broken = SmallVocabularies.sentencePieceMetadata(true, PIECES);
    ((float[]) Objects.requireNonNull(broken.get("tokenizer.ggml.scores")))[260] = Float.NaN;
    assertThatThrownBy(() -> Tokenizer.ofGguf(GgufVocabulary.fromMetadata(broken::get)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("score of token 260");
  }

  @Test
  void tokensThatWouldTakeForeverToJoinAreRefused() {
    Map<String, Object> metadata =
        SmallVocabularies.sentencePieceMetadata(true, "a".repeat(30_000));
    assertThatThrownBy(() -> Tokenizer.ofGguf(GgufVocabulary.fromMetadata(metadata::get)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("too long");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void everyTextGivesWhatJoiningTheBestNeighboursAgainAndAgainGives(long seed) {
    Random random = new Random(seed);
    GgufVocabulary vocabulary =
        SmallVocabularies.sentencePiece(seed % 2 == 0, randomPieces(random, 120));
    try (Tokenizer tokenizer = Tokenizer.ofGguf(vocabulary)) {
      for (int i = 0; i < 200; i++) {
        String text = randomText(random, 1 + random.nextInt(40));
        assertThat(tokenizer.encode(text, ControlTokens.PLAIN))
            .as("%s", Arrays.toString(text.toCharArray()))
            .isEqualTo(SlowSentencePiece.encode(vocabulary, tokenizer, text, seed % 2 == 0));
      }
    }
  }

  /// Pieces as training makes them: characters, then joins of two pieces before.
  private static String[] randomPieces(Random random, int count) {
    Set<String> pieces = new LinkedHashSet<>(List.of("▁", "a", "b", "c", "é"));
    while (pieces.size() < count) {
      List<String> known = new ArrayList<>(pieces);
      String joined =
          known.get(random.nextInt(known.size())) + known.get(random.nextInt(known.size()));
      if (joined.length() <= 8) {
        pieces.add(joined);
      }
    }
    List<String> shuffled = new ArrayList<>(pieces);
    java.util.Collections.shuffle(shuffled, random);
    return shuffled.toArray(String[]::new);
  }

  private static String randomText(Random random, int length) {
    String alphabet = "aaabbbccc  é漢";
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
