package org.demur.text.jinja;

/// Builds a text and stops when it grows beyond the bound.
final class TextBuilder {
  private final Budget budget;
  private final StringBuilder text = new StringBuilder();

  TextBuilder(Budget budget) {
    this.budget = budget;
  }

  TextBuilder append(String part) {
    budget.checkLength(text.length() + (long) part.length());
    budget.scan(part.length());
    text.append(part);
    return this;
  }

  TextBuilder append(char unit) {
    budget.checkLength(text.length() + 1L);
    text.append(unit);
    return this;
  }

  TextBuilder appendPoint(int codePoint) {
    budget.checkLength(text.length() + 2L);
    text.appendCodePoint(codePoint);
    return this;
  }

  TextBuilder repeat(String part, long count) {
    if (count > 0) {
      long added = Math.multiplyExact(count, (long) part.length());
      budget.checkLength(text.length() + added);
      budget.scan(added);
      text.repeat(part, Math.toIntExact(count));
    }
    return this;
  }

  int length() {
    return text.length();
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  /// The text so far; pays for it.
  String build() {
    budget.text(text.length());
    return text.toString();
  }
}
