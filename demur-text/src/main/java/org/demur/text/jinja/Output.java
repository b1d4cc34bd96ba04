package org.demur.text.jinja;

/// Where statements write to: the output of the template or the text of a block.
final class Output {
  private final Budget budget;
  private final StringBuilder text = new StringBuilder();

  Output(Budget budget) {
    this.budget = budget;
  }

  void append(String part) {
    budget.checkLength(text.length() + (long) part.length());
    budget.scan(part.length());
    text.append(part);
  }

  /// What was written; pays for it.
  String text() {
    budget.text(text.length());
    return text.toString();
  }
}
