package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Python's ways to take a text apart.
final class Splitting {
  private Splitting() {}

  /// `text.split(None, limit)`: at runs of white space; a negative limit is none.
  static List<String> onSpace(Budget budget, String text, int limit) {
    List<String> parts = new ArrayList<>();
    int position = skipSpace(text, 0);
    while (position < text.length()) {
      if (limit >= 0 && parts.size() >= limit) {
        add(budget, parts, text.substring(position));
        break;
      }
      int end = position;
      while (end < text.length() && !CharClass.isSpace(text.charAt(end))) {
        end++;
      }
      add(budget, parts, text.substring(position, end));
      position = skipSpace(text, end);
    }
    budget.scan(text.length());
    return parts;
  }

  /// `text.rsplit(None, limit)`.
  static List<String> onSpaceFromRight(Budget budget, String text, int limit) {
    if (limit < 0) {
      return onSpace(budget, text, limit);
    }
    List<String> parts = new ArrayList<>();
    int end = endWithoutSpace(text);
    while (end > 0) {
      if (parts.size() >= limit) {
        add(budget, parts, text.substring(0, end));
        break;
      }
      int start = end;
      while (start > 0 && !CharClass.isSpace(text.charAt(start - 1))) {
        start--;
      }
      add(budget, parts, text.substring(start, end));
      end = start;
      while (end > 0 && CharClass.isSpace(text.charAt(end - 1))) {
        end--;
      }
    }
    budget.scan(text.length());
    Collections.reverse(parts);
    return parts;
  }

  /// `text.split(separator, limit)`.
  static List<String> on(Budget budget, String text, String separator, int limit) {
    requireSeparator(separator);
    List<String> parts = new ArrayList<>();
    int position = 0;
    while (limit < 0 || parts.size() < limit) {
      int index = TextSearch.indexOf(budget, text, separator, position);
      if (index < 0) {
        break;
      }
      add(budget, parts, text.substring(position, index));
      position = index + separator.length();
    }
    add(budget, parts, text.substring(position));
    return parts;
  }

  /// `text.rsplit(separator, limit)`.
  static List<String> onFromRight(Budget budget, String text, String separator, int limit) {
    requireSeparator(separator);
    List<String> parts = new ArrayList<>();
    int end = text.length();
    String reversed = limit < 0 || limit > 1 ? reverse(budget, text) : "";
    String pattern = reverse(budget, separator);
    while (limit < 0 || parts.size() < limit) {
      int index =
          reversed.isEmpty()
              ? TextSearch.lastIndexOf(budget, text, separator, end)
              : mirrored(budget, reversed, pattern, text.length() - end);
      if (index < 0) {
        break;
      }
      add(budget, parts, text.substring(index + separator.length(), end));
      end = index;
    }
    add(budget, parts, text.substring(0, end));
    Collections.reverse(parts);
    return parts;
  }

  private static int mirrored(Budget budget, String reversed, String pattern, int from) {
    int index = TextSearch.indexOf(budget, reversed, pattern, from);
    return index < 0 ? -1 : reversed.length() - index - pattern.length();
  }

  private static String reverse(Budget budget, String text) {
    budget.text(text.length());
    return CodePoints.reverse(text);
  }

  /// `text.splitlines(keepEnds)`.
  static List<String> lines(Budget budget, String text, boolean keepEnds) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = start;
      while (end < text.length() && !CharClass.isLineBreak(text.charAt(end))) {
        end++;
      }
      int next = Math.min(end + (text.startsWith("\r\n", end) ? 2 : 1), text.length());
      add(budget, lines, text.substring(start, keepEnds ? next : end));
      start = next;
    }
    budget.scan(text.length());
    return lines;
  }

  static void requireSeparator(String separator) {
    if (separator.isEmpty()) {
      throw JinjaException.value("empty separator");
    }
  }

  private static void add(Budget budget, List<String> parts, String part) {
    budget.slots(1);
    budget.text(part.length());
    parts.add(part);
  }

  private static int skipSpace(String text, int from) {
    int position = from;
    while (position < text.length() && CharClass.isSpace(text.charAt(position))) {
      position++;
    }
    return position;
  }

  private static int endWithoutSpace(String text) {
    int end = text.length();
    while (end > 0 && CharClass.isSpace(text.charAt(end - 1))) {
      end--;
    }
    return end;
  }
}
