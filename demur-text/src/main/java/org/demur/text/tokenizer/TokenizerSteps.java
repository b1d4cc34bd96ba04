package org.demur.text.tokenizer;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.demur.core.Suggestions;
import org.jspecify.annotations.Nullable;

/// Checks the normalizer, pre-tokenizer and decoder of a tokenizer.json.
///
/// The native library ends the process on some values (a length of 0, an expression that backtracks
/// too long, a damaged character map), so only known components with harmless values pass.
final class TokenizerSteps {
  /// The three parts of a tokenizer.json that are made of components.
  enum Part {
    /// Changes the text.
    NORMALIZER("normalizer", "normalizers"),
    /// Cuts the text.
    PRE_TOKENIZER("pre_tokenizer", "pretokenizers"),
    /// Makes text of tokens.
    DECODER("decoder", "decoders");

    private final String field;
    private final String list;

    Part(String field, String list) {
      this.field = field;
      this.list = list;
    }

    /// The name of the part in a tokenizer.json.
    String field() {
      return field;
    }
  }

  private static final Set<String> NORMALIZERS =
      Set.of(
          "BertNormalizer",
          "Strip",
          "StripAccents",
          "NFC",
          "NFD",
          "NFKC",
          "NFKD",
          "Sequence",
          "Lowercase",
          "Nmt",
          "Precompiled",
          "Replace",
          "Prepend",
          "ByteLevel");
  private static final Set<String> PRE_TOKENIZERS =
      Set.of(
          "BertPreTokenizer",
          "ByteLevel",
          "CharDelimiterSplit",
          "Metaspace",
          "Whitespace",
          "Sequence",
          "Split",
          "Punctuation",
          "WhitespaceSplit",
          "Digits",
          "UnicodeScripts",
          "FixedLength");
  private static final Set<String> DECODERS =
      Set.of(
          "BPEDecoder",
          "ByteLevel",
          "WordPiece",
          "Metaspace",
          "CTC",
          "Sequence",
          "Replace",
          "Fuse",
          "Strip",
          "ByteFallback");

  private static final int MAX_STEPS = 64;
  private static final int MAX_GROWTH = 16;
  private static final int MAX_PATTERN_CHARS = 10_000;

  private int steps;
  private long regexSteps;
  private long growth = 1;

  /// How many steps expressions may take at one place, per character of a text.
  long regexSteps() {
    return regexSteps;
  }

  /// How many times longer normalizers may make a text.
  long growth() {
    return growth;
  }

  /// Checks a component, which may be a sequence of others.
  void check(Part part, @Nullable Map<String, Object> component) {
    if (component == null) {
      return;
    }
    String place = "tokenizer.json: " + part.field;
    String type = component.get("type") instanceof String name ? name : "";
    Set<String> known =
        switch (part) {
          case NORMALIZER -> NORMALIZERS;
          case PRE_TOKENIZER -> PRE_TOKENIZERS;
          case DECODER -> DECODERS;
        };
    if (!known.contains(type)) {
      throw new TokenizerException(
          "%s has a component of type \"%s\", which is not known%s; known are %s"
              .formatted(
                  place,
                  type,
                  Suggestions.hint(type, known),
                  String.join(", ", new TreeSet<>(known))));
    }
    if (++steps > MAX_STEPS) {
      throw new TokenizerException("%s has more than %d components".formatted(place, MAX_STEPS));
    }
    switch (type) {
      case "Sequence" -> sequence(part, component, place);
      case "Split", "Replace" -> pattern(component, place + "." + type);
      case "FixedLength" -> range(component, "length", 1, Integer.MAX_VALUE, place);
      case "Strip" -> strip(component, place);
      case "Precompiled" ->
          CharacterMap.check(component.get("precompiled_charsmap"), place + ".Precompiled");
      default -> {
        // The other components have no value that could do harm.
      }
    }
  }

  private void sequence(Part part, Map<String, Object> component, String place) {
    if (!(component.get(part.list) instanceof List<?> list)) {
      throw new TokenizerException("%s.Sequence needs a list \"%s\"".formatted(place, part.list));
    }
    for (Object element : list) {
      check(part, asComponent(element, place));
    }
  }

  /// A JSON-like value as the object that a component is.
  static Map<String, Object> asComponent(@Nullable Object value, String place) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TokenizerException(place + " has a component that is not an object");
    }
    @SuppressWarnings("unchecked") // Objects read from JSON have strings as names.
    Map<String, Object> component = (Map<String, Object>) map;
    return component;
  }

  private void pattern(Map<String, Object> component, String place) {
    Map<String, Object> pattern = asComponent(component.get("pattern"), place + ".pattern");
    int matched = 1;
    if (pattern.get("Regex") instanceof String regex) {
      regexSteps += RegexGuard.check(regex, place);
    } else if (pattern.get("String") instanceof String text
        && !text.isEmpty()
        && text.length() <= MAX_PATTERN_CHARS) {
      matched = text.length();
    } else {
      throw new TokenizerException(
          place + ".pattern must be {\"Regex\": ...} or {\"String\": ...} with some text");
    }
    if (component.get("content") instanceof String content) {
      growth *= Math.max(1, (content.length() + matched - 1) / matched);
      if (growth > MAX_GROWTH) {
        throw new TokenizerException(
            "%s could make a text more than %d times longer".formatted(place, MAX_GROWTH));
      }
    }
  }

  private static void strip(Map<String, Object> component, String place) {
    if (component.containsKey("start")) {
      range(component, "start", 0, 1000, place);
      range(component, "stop", 0, 1000, place);
    }
  }

  private static void range(
      Map<String, Object> component, String name, long min, long max, String place) {
    if (!(component.get(name) instanceof Long value) || value < min || value > max) {
      throw new TokenizerException(
          "%s.%s.%s must be a whole number from %d to %d"
              .formatted(place, component.get("type"), name, min, max));
    }
  }
}
