package org.demur.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ByteLevelTest {
  private static final String[] MERGES = {
    "h e", "t he", "Ġ the", "Ġ c", "Ġc at", "a t", "1 2", "' s", "Ġ Ġ"
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

  private static List<String> pieces(String preTokenizer, String text) {
    return pieces(SmallVocabularies.byteLevel(preTokenizer, MERGES), text, ControlTokens.PARSED);
  }

  @Test
  void mergesAreAppliedInsideTheWordsOfThePreTokenizerInTheirOrder() {
    assertThat(pieces("gpt-2", "the cat's the")).containsExactly("the", "Ġcat", "'s", "Ġthe");
    assertThat(pieces("gpt-2", "thecat")).containsExactly("the", "c", "at");
  }

  @Test
  void digitsAreMergedOrNotAsThePreTokenizerSays() {
    assertThat(pieces("gpt-2", "12")).containsExactly("12");
    assertThat(pieces("smollm", "12")).containsExactly("1", "2");
    assertThat(pieces("llama-bpe", "1212")).containsExactly("12", "1", "2");
    assertThat(pieces("qwen2", "12")).containsExactly("1", "2");
  }

  @Test
  void theLastOfSeveralSpacesGoesToTheWord() {
    assertThat(pieces("gpt-2", "   the")).containsExactly("ĠĠ", "Ġthe");
    assertThat(pieces("gpt-2", "   ")).containsExactly("ĠĠ", "Ġ");
  }

  @Test
  void bytesOfCharactersWithoutMergesAreTokens() {
    assertThat(pieces("gpt-2", "é\u0000")).containsExactly("Ã", "©", "Ā");
  }

  @Test
  void aWordThatIsATokenNeedsNoMergesWhereThePreTokenizerSaysSo() {
    Map<String, Object> metadata = SmallVocabularies.byteLevelMetadata("llama-bpe", "a b");
    @SuppressWarnings("unchecked")
    List<String> tokens =
        (List<String>) Objects.requireNonNull(metadata.get("tokenizer.ggml.tokens"));
    tokens.set(0, "cab");
    assertThat(pieces(GgufVocabulary.fromMetadata(metadata::get), "cab", ControlTokens.PARSED))
        .containsExactly("cab");
    metadata.put("tokenizer.ggml.pre", "gpt-2");
    assertThat(pieces(GgufVocabulary.fromMetadata(metadata::get), "cab", ControlTokens.PARSED))
        .containsExactly("c", "ab");
  }

  @Test
  void controlTokensAreFoundOnlyInParsedText() {
    GgufVocabulary vocabulary = SmallVocabularies.byteLevel("gpt-2", MERGES);
    assertThat(pieces(vocabulary, "the<|im_end|>the", ControlTokens.PARSED))
        .containsExactly("the", "<|im_end|>", "the");
    assertThat(pieces(vocabulary, "<|im_end|>", ControlTokens.PLAIN))
        .containsExactly("<", "|", "i", "m", "_", "e", "n", "d", "|", ">");
  }

  @Test
  void mergesCannotMakeAControlToken() {
    Map<String, Object> metadata =
        SmallVocabularies.byteLevelMetadata("bloom", "< e", "o s", "<e os", "<eos >");
    assertThat(pieces(GgufVocabulary.fromMetadata(metadata::get), "<eos>", ControlTokens.PLAIN))
        .containsExactly("<eos", ">");
    assertThat(pieces(GgufVocabulary.fromMetadata(metadata::get), "<eos>", ControlTokens.PARSED))
        .containsExactly("<eos>");
  }

  @Test
  void everyNamedPreTokenizerLoadsAndKeepsTheText() {
    String text = " Don't  STOP\r\n\n12345 ½ Ünï漢字かな한글 \t<x> ,。\u3000e\u0301 x_y/z'll  ";
    for (String name : PreTokenizers.names()) {
      boolean escapes = PreTokenizers.named(name).escapesSpaces();
      if (escapes) {
        continue;
      }
      try (Tokenizer tokenizer = Tokenizer.ofGguf(SmallVocabularies.byteLevel(name, MERGES))) {
        int[] ids = tokenizer.encode(text, ControlTokens.PLAIN);
        assertThat(tokenizer.decode(ids, false)).as(name).isEqualTo(text);
        assertThat(tokenizer.description()).contains(name);
      }
    }
    assertThat(PreTokenizers.names()).hasSizeGreaterThan(80);
  }

  @Test
  void anUnknownPreTokenizerIsAnErrorThatNamesTheNearest() {
    assertThatThrownBy(() -> Tokenizer.ofGguf(SmallVocabularies.byteLevel("smolm", MERGES)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("pre-tokenizer \"smolm\"")
        .hasMessageContaining("did you mean \"smollm\"?")
        .hasMessageContaining("known are");
  }

  @Test
  void aTokenizerModelThatIsNotSupportedIsAnErrorThatListsTheOthers() {
    for (String model : List.of("bert", "t5", "rwkv", "no_vocab", "plamo2", "")) {
      Map<String, Object> metadata = SmallVocabularies.byteLevelMetadata("gpt-2", MERGES);
      metadata.put("tokenizer.ggml.model", model);
      assertThatThrownBy(() -> Tokenizer.ofGguf(GgufVocabulary.fromMetadata(metadata::get)))
          .isInstanceOf(TokenizerException.class)
          .hasMessageContaining("tokenizer model \"" + model + "\"")
          .hasMessageContaining("supported are gpt2 and gemma4 (BPE) and llama");
    }
  }

  @Test
  void vocabulariesThatContradictThemselvesAreErrorsWithThePlace() {
    Map<String, Object> twice = SmallVocabularies.byteLevelMetadata("gpt-2", MERGES);
    @SuppressWarnings("unchecked")
    List<String> tokens = (List<String>) Objects.requireNonNull(twice.get("tokenizer.ggml.tokens"));
    tokens.set(5, tokens.get(7));
    assertThatThrownBy(() -> Tokenizer.ofGguf(GgufVocabulary.fromMetadata(twice::get)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("same token at ids 5 and 7");

    Map<String, Object> shortTypes = SmallVocabularies.byteLevelMetadata("gpt-2", MERGES);
    shortTypes.put("tokenizer.ggml.token_type", new int[] {1, 1, 1});
    assertThatThrownBy(() -> Tokenizer.ofGguf(GgufVocabulary.fromMetadata(shortTypes::get)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("tokenizer.ggml.token_type has 3 values for");

    Map<String, Object> empty = SmallVocabularies.byteLevelMetadata("gpt-2", MERGES);
    empty.put("tokenizer.ggml.tokens", List.of());
    assertThatThrownBy(() -> Tokenizer.ofGguf(GgufVocabulary.fromMetadata(empty::get)))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("has 0 tokens");

    Map<String, Object> wrongType = SmallVocabularies.byteLevelMetadata("gpt-2", MERGES);
    wrongType.put("tokenizer.ggml.tokens", List.of(1, 2));
    assertThatThrownBy(() -> GgufVocabulary.fromMetadata(wrongType::get))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("tokenizer.ggml.tokens must be an array of strings");
    assertThatThrownBy(() -> GgufVocabulary.fromMetadata(_ -> null))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("tokenizer.ggml.model is missing");
  }

  @Test
  void rolesComeFromTheFile() {
    try (Tokenizer tokenizer = Tokenizer.ofGguf(SmallVocabularies.byteLevel("smollm", MERGES))) {
      assertThat(tokenizer.bosId()).isEqualTo(tokenizer.idOf("<|im_start|>"));
      assertThat(tokenizer.eosId()).isEqualTo(tokenizer.idOf("<|im_end|>"));
      assertThat(tokenizer.addsBos()).isFalse();
      assertThat(tokenizer.endOfTurnIds())
          .containsExactlyInAnyOrder(
              tokenizer.idOf("<|endoftext|>").getAsInt(), tokenizer.idOf("<|im_end|>").getAsInt());
      assertThat(tokenizer.isControl(tokenizer.idOf("<|im_end|>").getAsInt())).isTrue();
      assertThat(tokenizer.isControl(tokenizer.idOf("the").getAsInt())).isFalse();
      assertThat(tokenizer.vocabularySize()).isEqualTo(256 + MERGES.length + 3);
      assertThat(tokenizer.description()).isEqualTo("BPE, 268 tokens, pre-tokenizer smollm");
    }
  }

  @Test
  void idsOutsideTheVocabularyAreErrorsAndSoIsUseAfterClosing() {
    Tokenizer tokenizer = Tokenizer.ofGguf(SmallVocabularies.byteLevel("gpt-2", MERGES));
    assertThatThrownBy(() -> tokenizer.decode(new int[] {1, 9999}, false))
        .isInstanceOf(TokenizerException.class)
        .hasMessage("token id 9999 is outside the vocabulary of 268 tokens");
    assertThatThrownBy(() -> tokenizer.piece(-1)).isInstanceOf(TokenizerException.class);
    tokenizer.close();
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.encode("x", ControlTokens.PLAIN))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> tokenizer.decode(new int[] {1}, false))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void surrogatesWithoutPartnersBecomeReplacementCharacters() {
    try (Tokenizer tokenizer = Tokenizer.ofGguf(SmallVocabularies.byteLevel("gpt-2", MERGES))) {
      int[] ids = tokenizer.encode("a\uD800b\uDC00\uD83D\uDE00", ControlTokens.PLAIN);
      assertThat(tokenizer.decode(ids, false)).isEqualTo("a\uFFFDb\uFFFD\uD83D\uDE00");
    }
  }

  @Test
  void placesOfTokensAreTheirTextWhereverMarkupStands() {
    String text = "😀 the<|im_end|>\ncat <|im_start|>";
    try (Tokenizer tokenizer = Tokenizer.ofGguf(SmallVocabularies.byteLevel("gpt-2", MERGES))) {
      List<TokenSpan> spans = tokenizer.spans(text, (_, _, _) -> true);
      assertThat(spans.stream().mapToInt(TokenSpan::id).toArray())
          .isEqualTo(tokenizer.encode(text, ControlTokens.PARSED));
      TokenSpan end =
          spans.stream()
              .filter(span -> tokenizer.piece(span.id()).equals("<|im_end|>"))
              .findFirst()
              .orElseThrow();
      assertThat(text.substring(end.start(), end.end())).isEqualTo("<|im_end|>");
      assertThat(
              spans.stream()
                  .filter(span -> tokenizer.piece(span.id()).equals("Ġthe"))
                  .map(span -> text.substring(span.start(), span.end())))
          .containsExactly(" the");
      assertThat(text.substring(spans.getLast().start(), spans.getLast().end()))
          .isEqualTo("<|im_start|>");
    }
  }

  @Test
  void textsThatAreTooLongAreRefusedWithTheBound() {
    try (Tokenizer tokenizer = Tokenizer.ofGguf(SmallVocabularies.byteLevel("qwen2", MERGES))) {
      assertThatThrownBy(() -> tokenizer.encode("x".repeat(5_000_000), ControlTokens.PLAIN))
          .isInstanceOf(TokenizerException.class)
          .hasMessageContaining("5000000 characters; at most");
    }
  }

  @Test
  void longRunsOfOneCharacterDoNotMakeTheNativeLibraryGiveUp() {
    for (String name :
        List.of("qwen2", "gpt-4o", "jais-2", "deepseek-llm", "tiny_aya", "superbpe")) {
      try (Tokenizer tokenizer = Tokenizer.ofGguf(SmallVocabularies.byteLevel(name, MERGES))) {
        for (String run : List.of(" ", "A", "a", "1", "!", "\n")) {
          int[] ids = tokenizer.encode(run.repeat(60_000) + "x", ControlTokens.PLAIN);
          assertThat(ids.length).as("%s", Arrays.toString(run.toCharArray())).isGreaterThan(1);
        }
      }
    }
  }
}
