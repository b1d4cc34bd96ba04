package org.demur.text;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.demur.text.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/// Marks the literals of control tokens in texts that must not act as control tokens.
///
/// A marker character that occurs nowhere else is put after the first character of each literal. A
/// template can inspect, trim and move the text as usual; where the marker turns up in the rendered
/// text, a literal is the message's and not the template's.
final class ControlLiterals {
  private static final char FIRST_NONCHARACTER = '\uFDD0';
  private static final char LAST_NONCHARACTER = '\uFDEF';

  /// A rendered text without markers.
  ///
  /// @param text the text
  /// @param marked offsets in the text before which a marker stood
  record Cleaned(String text, TreeSet<Integer> marked) {
    /// Whether a marker stood inside a range.
    boolean marks(int start, int end) {
      Integer next = marked.higher(start);
      return next != null && next < end;
    }
  }

  private final Map<Character, List<String>> literalsByFirst = new LinkedHashMap<>();

  ControlLiterals(Tokenizer tokenizer) {
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      if (tokenizer.isControl(id) && tokenizer.piece(id).length() > 1) {
        String literal = tokenizer.piece(id);
        literalsByFirst.computeIfAbsent(literal.charAt(0), first -> new ArrayList<>()).add(literal);
      }
    }
  }

  /// A character that none of the texts has.
  ///
  /// @throws TextException when the texts have all of them
  static char marker(Collection<String> texts) {
    for (char candidate = FIRST_NONCHARACTER; candidate <= LAST_NONCHARACTER; candidate++) {
      char tried = candidate;
      String escaped = escape(tried);
      if (texts.stream().noneMatch(text -> text.indexOf(tried) >= 0 || text.contains(escaped))) {
        return tried;
      }
    }
    throw new TextException(
        org.demur.core.ErrorCode.TEMPLATE,
        "the conversation holds all 32 Unicode noncharacters from U+FDD0 on, none is left to work with");
  }

  /// How JSON writes the marker when it is limited to ASCII.
  private static String escape(char marker) {
    return "\\u%04x".formatted((int) marker);
  }

  /// The same JSON-like value with every literal in its texts marked.
  @Nullable Object marked(@Nullable Object value, char marker) {
    return switch (value) {
      case String text -> marked(text, marker);
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach(
            (key, item) -> copy.put(marked(String.valueOf(key), marker), marked(item, marker)));
        yield copy;
      }
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        for (Object item : list) {
          copy.add(marked(item, marker));
        }
        yield copy;
      }
      case null, default -> value;
    };
  }

  private String marked(String text, char marker) {
    StringBuilder result = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      result.append(text.charAt(i));
      if (startsLiteral(text, i)) {
        result.append(marker);
      }
    }
    return result.toString();
  }

  private boolean startsLiteral(String text, int offset) {
    for (String literal : literalsByFirst.getOrDefault(text.charAt(offset), List.of())) {
      if (text.startsWith(literal, offset)) {
        return true;
      }
    }
    return false;
  }

  /// Takes the markers out of a rendered text.
  static Cleaned clean(String rendered, char marker) {
    String escaped = escape(marker);
    StringBuilder text = new StringBuilder(rendered.length());
    TreeSet<Integer> marked = new TreeSet<>();
    int i = 0;
    while (i < rendered.length()) {
      if (rendered.charAt(i) == marker) {
        marked.add(text.length());
        i++;
      } else if (rendered.startsWith(escaped, i)) {
        marked.add(text.length());
        i += escaped.length();
      } else {
        text.append(rendered.charAt(i++));
      }
    }
    return new Cleaned(text.toString(), marked);
  }
}
