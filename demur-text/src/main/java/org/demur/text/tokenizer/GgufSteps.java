package org.demur.text.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What happens around the model of a GGUF vocabulary, in the words of a tokenizer.json.
final class GgufSteps {
  private static final String SPACE_MARK = "\u2581";
  private static final Map<String, Object> BYTE_LEVEL =
      Map.of(
          "type", "ByteLevel", "add_prefix_space", false, "trim_offsets", true, "use_regex", false);

  private GgufSteps() {}

  /// Around a BPE: over the byte alphabet of GPT-2, or over plain text with spaces escaped.
  static NativeModel.Steps bpe(PreTokenizer preTokenizer) {
    List<Object> cuts = new ArrayList<>();
    for (String regex : preTokenizer.splits()) {
      cuts.add(split(regex));
    }
    if (preTokenizer.escapesSpaces()) {
      return new NativeModel.Steps(
          replace(" ", SPACE_MARK), sequence("pretokenizers", cuts), unescape(false));
    }
    cuts.add(BYTE_LEVEL);
    return new NativeModel.Steps(null, sequence("pretokenizers", cuts), BYTE_LEVEL);
  }

  /// Around a SentencePiece BPE, which may put a space before every text.
  static NativeModel.Steps sentencePiece(boolean spacePrefix) {
    Map<String, Object> escape = replace(" ", SPACE_MARK);
    Map<String, Object> prepend = Map.of("type", "Prepend", "prepend", SPACE_MARK);
    return new NativeModel.Steps(
        spacePrefix ? sequence("normalizers", List.of(prepend, escape)) : escape,
        null,
        unescape(spacePrefix));
  }

  private static Map<String, Object> unescape(boolean stripFirstSpace) {
    List<Object> steps = new ArrayList<>();
    steps.add(replace(SPACE_MARK, " "));
    steps.add(Map.of("type", "ByteFallback"));
    steps.add(Map.of("type", "Fuse"));
    if (stripFirstSpace) {
      steps.add(Map.of("type", "Strip", "content", " ", "start", 1, "stop", 0));
    }
    return sequence("decoders", steps);
  }

  private static Map<String, Object> replace(String text, String replacement) {
    return Map.of("type", "Replace", "pattern", Map.of("String", text), "content", replacement);
  }

  private static Map<String, Object> split(String regex) {
    return Map.of(
        "type",
        "Split",
        "pattern",
        Map.of("Regex", regex),
        "behavior",
        "Isolated",
        "invert",
        false);
  }

  private static Map<String, Object> sequence(String key, List<Object> steps) {
    return Map.of("type", "Sequence", key, steps);
  }
}
