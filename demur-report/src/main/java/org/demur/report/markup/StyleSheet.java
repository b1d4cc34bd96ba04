package org.demur.report.markup;

/// The style sheet of a page: the only text that is not escaped, so it must be Demur's own.
///
/// @param css rules; neither a tag nor an outside address
public record StyleSheet(String css) implements Node {
  /// Refuses rules that could leave the element or fetch something.
  public StyleSheet {
    if (css.contains("<") || css.contains("url(") || css.contains("@import")) {
      throw new IllegalArgumentException("a style sheet holds no tag, url() or @import");
    }
  }

  @Override
  public void appendTo(StringBuilder page) {
    page.append("<style>").append(css).append("</style>\n");
  }
}
