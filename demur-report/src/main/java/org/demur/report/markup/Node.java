package org.demur.report.markup;

/// A piece of a page that is safe to show as it is.
public sealed interface Node permits Element, Text, StyleSheet {
  /// Appends the HTML of this piece.
  void appendTo(StringBuilder page);

  /// The HTML of this piece.
  default String html() {
    StringBuilder page = new StringBuilder();
    appendTo(page);
    return page.toString();
  }
}
