package org.demur.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/// Finds the added tokens of a vocabulary in a text.
///
/// Two reference implementations disagree about literals that overlap; each has its own order.
final class MarkupFinder {
  /// Which of two overlapping literals wins.
  enum Order {
    /// llama.cpp: the longest literal (in bytes of UTF-8) anywhere in the text first.
    LONGEST_FIRST,
    /// Hugging Face tokenizers: from left to right, the longest at each place.
    LEFTMOST
  }

  private final Order order;
  private final List<AddedToken> tokens;
  private final LiteralTrie trie;

  MarkupFinder(Order order, List<AddedToken> tokens) {
    this.order = order;
    this.tokens =
        tokens.stream()
            .filter(token -> !token.literal().isEmpty())
            .sorted(
                Comparator.comparingInt((AddedToken token) -> -bytes(token.literal()))
                    .thenComparingInt(AddedToken::id))
            .toList();
    this.trie = new LiteralTrie(this.tokens.stream().map(AddedToken::literal).toList());
  }

  /// The added tokens in a text that the rule accepts, from left to right, not overlapping.
  List<Markup> find(String text, MarkupRule rule) {
    return switch (order) {
      case LONGEST_FIRST -> longestFirst(text, rule);
      case LEFTMOST -> leftmost(text, rule);
    };
  }

  private List<Markup> leftmost(String text, MarkupRule rule) {
    List<Markup> found = new ArrayList<>();
    int free = 0;
    int position = 0;
    while (position < text.length()) {
      AddedToken best = longestAt(text, position, rule);
      if (best == null) {
        position++;
        continue;
      }
      int start = position;
      int end = position + best.literal().length();
      position = end;
      if (best.stripLeft()) {
        start = spaceBefore(text, start, free, Character::isWhitespace);
      }
      if (best.stripRight()) {
        end = spaceAfter(text, end, text.length(), Character::isWhitespace);
        position = end;
      }
      found.add(new Markup(best.id(), start, end));
      free = end;
    }
    return found;
  }

  private @org.jspecify.annotations.Nullable AddedToken longestAt(
      String text, int position, MarkupRule rule) {
    if (!trie.startsWith(text.charAt(position))) {
      return null;
    }
    int[] best = {-1};
    trie.matchesAt(
        text,
        position,
        index -> {
          AddedToken token = tokens.get(index);
          int end = position + token.literal().length();
          if ((!token.wholeWord() || standsAlone(text, position, end))
              && rule.accepts(token.id(), position, end)) {
            best[0] = index;
          }
        });
    return best[0] < 0 ? null : tokens.get(best[0]);
  }

  private List<Markup> longestFirst(String text, MarkupRule rule) {
    BitSet present = new BitSet();
    for (int i = 0; i < text.length(); i++) {
      if (trie.startsWith(text.charAt(i))) {
        trie.matchesAt(text, i, present::set);
      }
    }
    List<Markup> found = new ArrayList<>();
    List<int[]> free = List.of(new int[] {0, text.length()});
    for (int index = present.nextSetBit(0); index >= 0; index = present.nextSetBit(index + 1)) {
      List<int[]> rest = new ArrayList<>();
      for (int[] piece : free) {
        cut(text, piece, tokens.get(index), rule, found, rest);
      }
      free = rest;
    }
    found.sort(Comparator.comparingInt(Markup::start));
    return found;
  }

  /// Takes every occurrence of a token out of a free piece of the text.
  private static void cut(
      String text,
      int[] piece,
      AddedToken token,
      MarkupRule rule,
      List<Markup> found,
      List<int[]> rest) {
    String literal = token.literal();
    int left = piece[0];
    int from = left;
    while (true) {
      int at = text.indexOf(literal, from, piece[1]);
      if (at < 0) {
        break;
      }
      int end = at + literal.length();
      if (!rule.accepts(token.id(), at, end)) {
        from = at + 1;
        continue;
      }
      int start = token.stripLeft() ? spaceBefore(text, at, left, MarkupFinder::isAsciiSpace) : at;
      if (token.stripRight()) {
        end = spaceAfter(text, end, piece[1], MarkupFinder::isAsciiSpace);
      }
      if (start > left) {
        rest.add(new int[] {left, start});
      }
      found.add(new Markup(token.id(), start, end));
      left = end;
      from = end;
    }
    if (left < piece[1]) {
      rest.add(new int[] {left, piece[1]});
    }
  }

  private static int spaceBefore(String text, int start, int limit, IntPredicate isSpace) {
    int result = start;
    while (result > limit && isSpace.test(text.charAt(result - 1))) {
      result--;
    }
    return result;
  }

  private static int spaceAfter(String text, int end, int limit, IntPredicate isSpace) {
    int result = end;
    while (result < limit && isSpace.test(text.charAt(result))) {
      result++;
    }
    return result;
  }

  private static boolean isAsciiSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static boolean standsAlone(String text, int start, int end) {
    return (start == 0 || !isWord(text.codePointBefore(start)))
        && (end == text.length() || !isWord(text.codePointAt(end)));
  }

  private static boolean isWord(int codePoint) {
    return Character.isLetterOrDigit(codePoint)
        || Character.getType(codePoint) == Character.CONNECTOR_PUNCTUATION
        || Character.getType(codePoint) == Character.NON_SPACING_MARK;
  }

  private static int bytes(String literal) {
    return literal.getBytes(StandardCharsets.UTF_8).length;
  }
}
