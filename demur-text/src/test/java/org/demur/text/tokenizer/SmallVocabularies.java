package org.demur.text.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Vocabularies of a few hundred tokens, made here, so that tests need no files.
public final class SmallVocabularies {
  /// Control tokens that every vocabulary here has, after its other tokens.
  public static final List<String> CONTROL = List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");

  private SmallVocabularies() {}

  /// The characters that stand for bytes in a byte-level vocabulary, by byte.
  public static String[] byteAlphabet() {
    String[] alphabet = new String[256];
    int other = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xFF && b != 0xAD);
      alphabet[b] = String.valueOf((char) (printable ? b : other++));
    }
    return alphabet;
  }

  /// A byte-level BPE: the bytes, what the merges make, and the control tokens.
  public static GgufVocabulary byteLevel(String preTokenizer, String... merges) {
    return GgufVocabulary.fromMetadata(byteLevelMetadata(preTokenizer, merges)::get);
  }

  /// The metadata of [#byteLevel].
  public static Map<String, Object> byteLevelMetadata(String preTokenizer, String... merges) {
    List<String> tokens = new ArrayList<>(List.of(byteAlphabet()));
    List<Integer> types = new ArrayList<>();
    for (String merge : merges) {
      String joined = merge.replace(" ", "");
      if (!tokens.contains(joined)) {
        tokens.add(joined);
      }
    }
    tokens.forEach(_ -> types.add(1));
    CONTROL.forEach(
        token -> {
          tokens.add(token);
          types.add(3);
        });
    Map<String, Object> metadata = new HashMap<>();
    metadata.put("tokenizer.ggml.model", "gpt2");
    metadata.put("tokenizer.ggml.pre", preTokenizer);
    metadata.put("tokenizer.ggml.tokens", tokens);
    metadata.put("tokenizer.ggml.token_type", types);
    metadata.put("tokenizer.ggml.merges", List.of(merges));
    metadata.put("tokenizer.ggml.bos_token_id", tokens.indexOf("<|im_start|>"));
    metadata.put("tokenizer.ggml.eos_token_id", tokens.indexOf("<|im_end|>"));
    return metadata;
  }

  /// A SentencePiece BPE: unknown, begin, end, the byte tokens, then the pieces with falling
  /// scores, then the control tokens.
  public static GgufVocabulary sentencePiece(boolean spacePrefix, String... pieces) {
    return GgufVocabulary.fromMetadata(sentencePieceMetadata(spacePrefix, pieces)::get);
  }

  /// The metadata of [#sentencePiece].
  public static Map<String, Object> sentencePieceMetadata(boolean spacePrefix, String... pieces) {
    List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
    List<Integer> types = new ArrayList<>(List.of(2, 3, 3));
    for (int b = 0; b < 256; b++) {
      tokens.add("<0x%02X>".formatted(b));
      types.add(6);
    }
    for (String piece : pieces) {
      tokens.add(piece);
      types.add(1);
    }
    for (String token : CONTROL) {
      tokens.add(token);
      types.add(3);
    }
    float[] scores = new float[tokens.size()];
    for (int i = 0; i < pieces.length; i++) {
      scores[259 + i] = -1f - i;
    }
    Map<String, Object> metadata = new HashMap<>();
    metadata.put("tokenizer.ggml.model", "llama");
    metadata.put("tokenizer.ggml.tokens", tokens);
    metadata.put("tokenizer.ggml.token_type", types);
    metadata.put("tokenizer.ggml.scores", scores);
    metadata.put("tokenizer.ggml.add_space_prefix", spacePrefix);
    metadata.put("tokenizer.ggml.unknown_token_id", 0);
    return metadata;
  }
}
