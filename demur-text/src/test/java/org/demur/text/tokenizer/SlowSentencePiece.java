package org.demur.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// SentencePiece BPE as its definition says: join the two neighbours that make the best token, the
/// leftmost of equal ones, until none is left.
final class SlowSentencePiece {
  private SlowSentencePiece() {}

  static int[] encode(
      GgufVocabulary vocabulary, Tokenizer tokenizer, String text, boolean spacePrefix) {
    String escaped = ((spacePrefix ? " " : "") + text).replace(' ', '▁');
    List<String> parts = new ArrayList<>();
    escaped.codePoints().forEach(c -> parts.add(Character.toString(c)));
    while (true) {
      int best = -1;
      float score = 0;
      for (int i = 0; i + 1 < parts.size(); i++) {
        OptionalInt id = tokenizer.idOf(parts.get(i) + parts.get(i + 1));
        if (id.isPresent() && (best < 0 || vocabulary.score(id.getAsInt()) > score)) {
          best = i;
          score = vocabulary.score(id.getAsInt());
        }
      }
      if (best < 0) {
        break;
      }
      parts.set(best, parts.get(best) + parts.remove(best + 1));
    }
    List<Integer> ids = new ArrayList<>();
    for (String part : parts) {
      OptionalInt id = tokenizer.idOf(part);
      if (id.isPresent()) {
        ids.add(id.getAsInt());
      } else {
        for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
          ids.add(tokenizer.idOf("<0x%02X>".formatted(b & 0xFF)).orElseThrow());
        }
      }
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }
}
