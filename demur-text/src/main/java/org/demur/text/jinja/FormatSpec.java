package org.demur.text.jinja;

import java.math.BigInteger;

/// Python's format specification, the part after the colon in `{:>10.2f}`.
///
/// @param fill the code point to pad with
/// @param zero whether a `0` before the width asks for padding after the sign
/// @param align `<`, `>`, `=`, `^`, or 0 for the default of the type
/// @param sign `+`, `-`, space, or 0
/// @param separator `,`, `_`, or 0
/// @param precision negative when absent
/// @param type 0 when absent
record FormatSpec(
    int fill,
    char align,
    char sign,
    boolean alternate,
    boolean zero,
    int width,
    char separator,
    int precision,
    char type) {

  /// Python's `format(value, spec)`.
  ///
  /// @throws JinjaException `ValueError` for a specification that does not fit the type
  static String format(Budget budget, Value value, String spec) {
    if (spec.isEmpty()) {
      return PythonText.str(budget, value);
    }
    return switch (value) {
      case Str text -> FormatSpecParser.parse(spec).text(budget, text.text());
      case Value.Real real -> FormatSpecParser.parse(spec).real(budget, real.value(), "float");
      case Value.Int number -> FormatSpecParser.parse(spec).integer(budget, number.value(), "int");
      case Value.Bool bool ->
          FormatSpecParser.parse(spec).integer(budget, Numbers.integer(bool), "bool");
      default ->
          throw JinjaException.type(
              "unsupported format string passed to %s.__format__".formatted(value.typeName()));
    };
  }

  private String text(Budget budget, String text) {
    if (type != 0 && type != 's') {
      throw unknownType("str");
    }
    if (sign != 0 || alternate || separator != 0 || align == '=') {
      throw JinjaException.value("sign, '#', ',' and '=' are not allowed in string format");
    }
    int length = CodePoints.length(text);
    String shown =
        precision >= 0 && precision < length ? CodePoints.substring(text, 0, precision) : text;
    return pad(budget, "", shown, align == 0 ? '<' : align);
  }

  private String integer(Budget budget, BigInteger number, String typeName) {
    return switch (type) {
      case 'e', 'E', 'f', 'F', 'g', 'G', '%' -> real(budget, Numbers.real(number), typeName);
      case 0, 'd', 'n', 'x', 'X', 'o', 'b', 'c' -> {
        if (precision >= 0) {
          throw JinjaException.value("Precision not allowed in integer format specifier");
        }
        if (type == 'c') {
          int point = Numbers.clamp(number);
          if (!Character.isValidCodePoint(point)) {
            throw new JinjaException(
                ErrorKind.OVERFLOW, "the number of a character must be below 0x110000");
          }
          yield pad(budget, "", Character.toString(point), align == 0 ? '<' : align);
        }
        String digits = NumberText.integer(number, type, false);
        String prefix = alternate && "xXob".indexOf(type) >= 0 ? "0" + type : "";
        yield number(budget, signum(number.signum() < 0) + prefix, digits);
      }
      default -> throw unknownType(typeName);
    };
  }

  private String real(Budget budget, double number, String typeName) {
    String sign = signum(FloatText.isNegative(number));
    budget.text(Math.max(precision, 0));
    String digits =
        switch (type) {
          case 0 -> untyped(number);
          case 'e', 'E', 'f', 'F', 'g', 'G', 'n', '%' ->
              NumberText.real(number, type, precision, alternate);
          default -> throw unknownType(typeName);
        };
    return number(budget, sign, digits);
  }

  private String untyped(double number) {
    if (precision < 0 || !Double.isFinite(number)) {
      String text = FloatText.repr(number);
      return text.startsWith("-") ? text.substring(1) : text;
    }
    return FloatText.generalWithFraction(number, precision);
  }

  private String signum(boolean negative) {
    if (negative) {
      return "-";
    }
    return sign == '+' || sign == ' ' ? String.valueOf(sign) : "";
  }

  private String number(Budget budget, String sign, String digits) {
    char place = align != 0 ? align : zero ? '=' : '>';
    boolean filled = place == '=' && fill == '0';
    String grouped = digits;
    if (separator != 0) {
      budget.text(filled ? width : 0);
      boolean binary = "xXob".indexOf(type) >= 0 && type != 0;
      grouped = NumberText.group(digits, separator, binary, filled ? width - sign.length() : 0);
    }
    return pad(budget, sign, grouped, place);
  }

  private String pad(Budget budget, String sign, String text, char place) {
    int missing = width - CodePoints.length(text) - sign.length();
    if (missing <= 0) {
      return sign + text;
    }
    String padding = Character.toString(fill);
    TextBuilder result = new TextBuilder(budget);
    switch (place) {
      case '<' -> result.append(sign).append(text).repeat(padding, missing);
      case '=' -> result.append(sign).repeat(padding, missing).append(text);
      case '^' ->
          result
              .repeat(padding, missing / 2)
              .append(sign)
              .append(text)
              .repeat(padding, missing - missing / 2);
      default -> result.repeat(padding, missing).append(sign).append(text);
    }
    return result.build();
  }

  private JinjaException unknownType(String typeName) {
    return JinjaException.value(
        "Unknown format code '%c' for object of type '%s'".formatted(type, typeName));
  }
}
