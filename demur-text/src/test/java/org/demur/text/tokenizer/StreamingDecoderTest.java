package org.demur.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamingDecoderTest {
  private static List<String> chunks(Tokenizer tokenizer, int... ids) {
    StreamingDecoder decoder = tokenizer.streamingDecoder();
    List<String> chunks = new ArrayList<>();
    for (int id : ids) {
      chunks.add(decoder.append(id));
    }
    chunks.add(decoder.finish());
    return chunks;
  }

  @Test
  void bytesAreHeldBackUntilTheirCharacterIsComplete() {
    try (Tokenizer tokenizer = Tokenizer.ofGguf(SmallVocabularies.byteLevel("gpt-2", "a b"))) {
      int[] ids = tokenizer.encode("ab漢🦙x", ControlTokens.PLAIN);
      assertThat(chunks(tokenizer, ids))
          .containsExactly("ab", "", "", "漢", "", "", "", "🦙", "x", "");
    }
  }

  @Test
  void bytesThatNeverBecomeACharacterComeOutAsReplacementCharacters() {
    try (Tokenizer tokenizer = Tokenizer.ofGguf(SmallVocabularies.byteLevel("gpt-2", "a b"))) {
      int lead = tokenizer.idOf("æ").getAsInt();
      int letter = tokenizer.idOf("a").getAsInt();
      assertThat(String.join("", chunks(tokenizer, lead, letter))).isEqualTo("\uFFFDa");
      assertThat(chunks(tokenizer, letter, lead)).containsExactly("a", "", "\uFFFD");
      int[] many = new int[30];
      java.util.Arrays.fill(many, lead);
      assertThat(String.join("", chunks(tokenizer, many))).isEqualTo("\uFFFD".repeat(30));
    }
  }

  @Test
  void spacesOfASentencePieceVocabularyStayBetweenWordsAndGoBeforeTheFirst() {
    GgufVocabulary vocabulary =
        SmallVocabularies.sentencePiece(true, "▁", "▁the", "the", "▁t", "t", "h", "e", "th");
    try (Tokenizer tokenizer = Tokenizer.ofGguf(vocabulary)) {
      int the = tokenizer.idOf("▁the").getAsInt();
      int noSpace = tokenizer.idOf("the").getAsInt();
      int space = tokenizer.idOf("▁").getAsInt();
      assertThat(chunks(tokenizer, the, the, noSpace, space, the))
          .containsExactly("the", " the", "the", " ", " the", "");
    }
  }

  @Test
  void controlTokensGiveNoTextAndDoNotDisturb() {
    try (Tokenizer tokenizer = Tokenizer.ofGguf(SmallVocabularies.byteLevel("gpt-2", "a b"))) {
      int end = tokenizer.idOf("<|im_end|>").getAsInt();
      int[] bytes = tokenizer.encode("é", ControlTokens.PLAIN);
      assertThat(chunks(tokenizer, end, bytes[0], end, bytes[1], end))
          .containsExactly("", "", "", "é", "", "");
    }
  }

  @Test
  void theChunksOfAnyTextJoinToItsDecoding() {
    String text = "Zażółć  gęślą jaźń 🦙🏽‍🚀\n\n\ttabs and ﷺ end ";
    for (boolean prefix : new boolean[] {true, false}) {
      GgufVocabulary vocabulary =
          SmallVocabularies.sentencePiece(prefix, "▁", "a", "n", "an", "▁an", "d", "▁and", "▁▁");
      try (Tokenizer tokenizer = Tokenizer.ofGguf(vocabulary)) {
        int[] ids = tokenizer.encode(text, ControlTokens.PLAIN);
        assertThat(String.join("", chunks(tokenizer, ids))).isEqualTo(text);
        assertThat(tokenizer.decode(ids, false)).isEqualTo(text);
      }
    }
  }
}
