package org.demur.text;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.demur.text.tokenizer.MarkupRule;
import org.demur.text.tokenizer.Tokenizer;

/// Knows which literals a text in a conversation must not turn into tokens, and marks texts so that
/// the places where they could are recognised after a template has worked on them.
///
/// Guarded are all control tokens, and added tokens that look like markup and that the template
/// writes (some vocabularies do not call their turn tokens control tokens). A marker is put after
/// every character with which a guarded literal starts: then no literal whose first character comes
/// from a text is ever whole, whatever a template cuts out or puts together. Literals that the
/// template starts and a text ends are caught at the start of the text.
final class TextGuard {
  private static final int SHORTEST_CONSTANT = 3;
  private static final int SHORTEST_MARKUP = 3;
  private static final String OPENING = "<[{|\uFF5C";
  private static final String CLOSING = ">]}|\uFF5C";

  private final BitSet guarded = new BitSet();
  private final TreeSet<String> literals = new TreeSet<>();
  private final Set<Integer> firstCharacters = new HashSet<>();
  private final String joined;
  private final int longest;
  private final String template;
  private final Map<Character, int[]> templatePlaces = new HashMap<>();

  TextGuard(Tokenizer tokenizer, String template) {
    this.template = template;
    for (int id : tokenizer.addedIds()) {
      String literal = tokenizer.piece(id);
      if (tokenizer.isControl(id) || (looksLikeMarkup(literal) && template.contains(literal))) {
        guarded.set(id);
        literals.add(literal.toLowerCase(Locale.ROOT));
        int first = literal.codePointAt(0);
        firstCharacters.add(first);
        firstCharacters.add(Character.toLowerCase(first));
        firstCharacters.add(Character.toUpperCase(first));
      }
    }
    this.joined = String.join("\n", literals) + "\n";
    this.longest = literals.stream().mapToInt(String::length).max().orElse(0);
  }

  private static boolean looksLikeMarkup(String literal) {
    return literal.length() >= SHORTEST_MARKUP
        && OPENING.indexOf(literal.charAt(0)) >= 0
        && CLOSING.indexOf(literal.charAt(literal.length() - 1)) >= 0;
  }

  boolean isGuarded(int id) {
    return guarded.get(id);
  }

  /// Accepts every literal but the guarded ones that are broken.
  MarkupRule rule(Marker.Unmarked text) {
    return (id, start, end) -> !guarded.get(id) || !text.isBroken(start, end);
  }

  /// Puts markers into a text.
  ///
  /// @param edges whether also to look for literals that the template might start
  String mark(String text, String marker, boolean edges) {
    StringBuilder marked = new StringBuilder(text.length());
    int edge = edges ? edge(text) : -1;
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      if (i == edge) {
        marked.append(marker);
      }
      marked.appendCodePoint(character);
      if (firstCharacters.contains(character) && !isConstantOfTemplate(text, i)) {
        marked.append(marker);
      }
      i += Character.charCount(character);
    }
    return edge == text.length() ? marked.append(marker).toString() : marked.toString();
  }

  /// Puts markers only into whole literals.
  String markWhole(String text, String marker) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.length() != text.length()) {
      return mark(text, marker, false);
    }
    StringBuilder marked = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      marked.appendCodePoint(character);
      if (firstCharacters.contains(character) && startsLiteral(lower, i)) {
        marked.append(marker);
      }
      i += Character.charCount(character);
    }
    return marked.toString();
  }

  private boolean startsLiteral(String text, int start) {
    int limit = Math.min(text.length(), start + longest);
    for (int end = start + 1; end <= limit; end++) {
      if (literals.contains(text.substring(start, end))) {
        return true;
      }
    }
    return false;
  }

  /// Where to break what the template may have started, or -1.
  private int edge(String text) {
    int start = 0;
    while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    String rest = text.substring(start, Math.min(text.length(), start + longest));
    rest = rest.stripTrailing().toLowerCase(Locale.ROOT);
    if (rest.isEmpty()) {
      return -1;
    }
    boolean inside = rest.length() < longest && joined.contains(rest);
    for (int length = 1; !inside && length <= rest.length(); length++) {
      inside = joined.contains(rest.substring(0, length) + "\n");
    }
    if (!inside) {
      return -1;
    }
    int second = start + Character.charCount(text.codePointAt(start));
    boolean oneCharacter = joined.contains(rest.substring(0, second - start) + "\n");
    return oneCharacter ? start : second;
  }

  /// Whether what starts here is a text that the template itself has, such as `</think>`, and that
  /// has nothing to do with a guarded literal: templates look for these in what people say.
  private boolean isConstantOfTemplate(String text, int at) {
    int length = 0;
    for (int place : places(text.charAt(at))) {
      int same = 0;
      while (place + same < template.length()
          && at + same < text.length()
          && template.charAt(place + same) == text.charAt(at + same)) {
        same++;
      }
      length = Math.max(length, same);
    }
    if (length < SHORTEST_CONSTANT) {
      return false;
    }
    String constant = text.substring(at, at + length).toLowerCase(Locale.ROOT);
    String next = literals.ceiling(constant);
    if (next != null && next.startsWith(constant)) {
      return false;
    }
    return !startsLiteral(constant, 0);
  }

  private int[] places(char character) {
    return templatePlaces.computeIfAbsent(
        character,
        c -> {
          BitSet found = new BitSet();
          for (int at = template.indexOf(c); at >= 0; at = template.indexOf(c, at + 1)) {
            found.set(at);
          }
          return found.stream().toArray();
        });
  }
}
