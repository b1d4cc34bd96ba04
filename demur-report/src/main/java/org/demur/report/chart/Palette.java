package org.demur.report.chart;

/// Which colours and shapes the series of a chart take.
public enum Palette {
  /// Harmless prompts first, harmful prompts second: the colours that labels have everywhere.
  LABELS(1),
  /// Anything else.
  SERIES(3);

  private final int first;

  Palette(int first) {
    this.first = first;
  }

  /// The style class of a series, which repeats after four.
  String style(int index) {
    return "s" + ((first - 1 + index) % 4 + 1);
  }
}
