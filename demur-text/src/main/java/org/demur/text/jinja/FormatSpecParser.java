package org.demur.text.jinja;

/// Reads a [FormatSpec].
final class FormatSpecParser {
  private static final int MAX_NUMBER_DIGITS = 9;

  private final int[] points;
  private int position;

  private FormatSpecParser(String spec) {
    this.points = spec.codePoints().toArray();
  }

  /// Parses `[[fill]align][sign][#][0][width][grouping][.precision][type]`.
  ///
  /// @throws JinjaException `ValueError` when it is malformed
  static FormatSpec parse(String spec) {
    return new FormatSpecParser(spec).spec();
  }

  private FormatSpec spec() {
    int fill = ' ';
    char align = 0;
    boolean filled = points.length > 1 && isAlign(points[1]);
    if (filled) {
      fill = points[0];
      align = (char) points[1];
      position = 2;
    } else if (position < points.length && isAlign(points[position])) {
      align = (char) points[position++];
    }
    char sign = accept("+- ");
    accept("z");
    boolean alternate = accept("#") != 0;
    boolean zero = !filled && accept("0") != 0;
    if (zero) {
      fill = '0';
    }
    int width = Math.max(number(), 0);
    char separator = accept(",_");
    int precision = -1;
    if (accept(".") != 0) {
      precision = number();
      if (precision < 0) {
        throw JinjaException.value("Format specifier missing precision");
      }
    }
    char type = position < points.length ? (char) points[position++] : 0;
    if (position < points.length) {
      throw JinjaException.value("Invalid format specifier");
    }
    return new FormatSpec(fill, align, sign, alternate, zero, width, separator, precision, type);
  }

  private static boolean isAlign(int point) {
    return point == '<' || point == '>' || point == '=' || point == '^';
  }

  private char accept(String choices) {
    if (position < points.length && choices.indexOf(points[position]) >= 0) {
      return (char) points[position++];
    }
    return 0;
  }

  /// A number, or -1 when there is none.
  private int number() {
    int start = position;
    int number = 0;
    while (position < points.length && points[position] >= '0' && points[position] <= '9') {
      if (position - start >= MAX_NUMBER_DIGITS) {
        throw JinjaException.value("Too many decimal digits in format string");
      }
      number = number * 10 + points[position++] - '0';
    }
    return position == start ? -1 : number;
  }
}
