package org.demur.text.jinja;

import java.math.BigInteger;

/// Python's `format % arguments`.
final class PercentFormat {
  private static final String NOT_ENOUGH = "not enough arguments for format string";
  private static final int MAX_NUMBER = 100_000_000;

  private final Budget budget;
  private final Str format;
  private final String text;
  private final Value arguments;
  private final TextBuilder result;
  private int position;
  private int nextArgument;
  private boolean leftAligned;
  private boolean zeroPadded;
  private boolean alternate;
  private String plus = "";

  private PercentFormat(Budget budget, Str format, Value arguments) {
    this.budget = budget;
    this.format = format;
    this.text = format.text();
    this.arguments = arguments;
    this.result = new TextBuilder(budget);
  }

  /// Fills a format with a tuple of arguments, a mapping, or one argument.
  ///
  /// @throws JinjaException `TypeError` when they do not fit, `ValueError` for a malformed format
  static Str format(Rendering rendering, Str format, Value arguments) {
    return new PercentFormat(rendering.budget(), format, arguments).run();
  }

  private Str run() {
    while (position < text.length()) {
      int percent = text.indexOf('%', position);
      int end = percent < 0 ? text.length() : percent;
      result.append(text.substring(position, end));
      position = end + 1;
      if (percent >= 0) {
        budget.step();
        conversion();
      }
    }
    if (isLeftOver()) {
      throw JinjaException.type("not all arguments converted during string formatting");
    }
    return format.like(result.build());
  }

  private boolean isLeftOver() {
    return switch (arguments) {
      case TupleValue tuple -> nextArgument < tuple.items().size();
      case DictValue dict -> false;
      case ListValue list -> false;
      case RangeValue range -> false;
      case Undefined undefined -> false;
      default -> nextArgument == 0;
    };
  }

  private void conversion() {
    if (peek() == '%') {
      position++;
      result.append('%');
      return;
    }
    Value argument = peek() == '(' ? named() : null;
    flags();
    int width = number();
    if (width < 0) {
      leftAligned = true;
      width = -width;
    }
    int precision = -1;
    if (position < text.length() && peek() == '.') {
      position++;
      precision = Math.max(number(), 0);
    }
    while (position < text.length() && "hlL".indexOf(peek()) >= 0) {
      position++;
    }
    char type = peek();
    position++;
    Value value = argument == null ? next() : argument;
    if ("diuxXoeEfFgGcrsa".indexOf(type) < 0) {
      throw JinjaException.value("unsupported format character at index " + (position - 1));
    }
    convert(type, value, width, precision);
  }

  private char peek() {
    if (position >= text.length()) {
      throw JinjaException.value("incomplete format");
    }
    return text.charAt(position);
  }

  private Value named() {
    int start = position + 1;
    int open = 0;
    do {
      char unit = position < text.length() ? text.charAt(position) : 0;
      if (unit == 0 && position >= text.length()) {
        throw JinjaException.value("incomplete format key");
      }
      open += unit == '(' ? 1 : unit == ')' ? -1 : 0;
      position++;
    } while (open > 0);
    String name = text.substring(start, position - 1);
    return switch (arguments) {
      case Undefined undefined -> throw undefined.failure();
      case DictValue dict -> {
        Value value = dict.get(name);
        if (value == null) {
          throw new JinjaException(ErrorKind.KEY, "no key " + Undefined.quoted(name));
        }
        yield value;
      }
      default -> throw JinjaException.type("format requires a mapping");
    };
  }

  private void flags() {
    leftAligned = false;
    zeroPadded = false;
    alternate = false;
    plus = "";
    for (; "-+ #0".indexOf(peek()) >= 0; position++) {
      switch (peek()) {
        case '-' -> leftAligned = true;
        case '+' -> plus = "+";
        case ' ' -> plus = plus.isEmpty() ? " " : plus;
        case '#' -> alternate = true;
        default -> zeroPadded = true;
      }
    }
  }

  private int number() {
    if (peek() == '*') {
      position++;
      BigInteger number = Numbers.integerOrNull(next());
      if (number == null) {
        throw JinjaException.type("* wants int");
      }
      return Math.clamp(Numbers.clamp(number), -MAX_NUMBER, MAX_NUMBER);
    }
    int number = 0;
    for (; peek() >= '0' && peek() <= '9'; position++) {
      number = Math.min(number * 10 + peek() - '0', MAX_NUMBER);
    }
    return number;
  }

  private Value next() {
    int index = nextArgument++;
    if (arguments instanceof TupleValue tuple) {
      if (index >= tuple.items().size()) {
        throw JinjaException.type(NOT_ENOUGH);
      }
      return tuple.items().get(index);
    }
    if (index > 0) {
      throw JinjaException.type(NOT_ENOUGH);
    }
    return arguments;
  }

  private void convert(char type, Value argument, int width, int precision) {
    switch (type) {
      case 's' -> string(shown(argument, PythonText.str(budget, argument)), width, precision);
      case 'r', 'a' ->
          string(shown(Value.None.NONE, representation(argument, type)), width, precision);
      case 'c' -> string(character(argument), width, -1);
      case 'd', 'i', 'u' -> integer('d', truncated(argument), width, precision);
      case 'x', 'X', 'o' -> integer(type, whole(argument, type), width, precision);
      default -> real(type, argument, width, precision);
    }
  }

  /// An argument's text, escaped if the format is a `Markup` and the argument is none.
  private String shown(Value argument, String shown) {
    boolean safe = argument instanceof Str value && value.markup();
    return format.markup() && !safe ? Html.escape(budget, shown) : shown;
  }

  private String representation(Value argument, char type) {
    String representation = PythonText.repr(budget, argument);
    return type == 'r' ? representation : ascii(budget, representation);
  }

  /// Python's `ascii` for a text that `repr` made.
  static String ascii(Budget budget, String representation) {
    TextBuilder ascii = new TextBuilder(budget);
    representation
        .codePoints()
        .forEach(
            point -> {
              if (point < 0x80) {
                ascii.append((char) point);
              } else {
                ascii.append(PythonText.escape(point));
              }
            });
    return ascii.build();
  }

  private static String character(Value argument) {
    if (argument instanceof Str value && CodePoints.length(value.text()) == 1) {
      return value.text();
    }
    BigInteger number = argument instanceof Str ? null : Numbers.integerOrNull(argument);
    if (number == null) {
      throw JinjaException.type("%c requires int or char");
    }
    int point = Numbers.clamp(number);
    if (!Character.isValidCodePoint(point)) {
      throw new JinjaException(
          ErrorKind.OVERFLOW, "the number of a character must be below 0x110000");
    }
    return Character.toString(point);
  }

  private static BigInteger truncated(Value argument) {
    return switch (argument) {
      case Undefined undefined -> throw undefined.failure();
      case Value.Real real -> Numbers.truncate(real.value()).value();
      case Value.Int number -> number.value();
      case Value.Bool bool -> Numbers.integer(bool);
      default ->
          throw JinjaException.type(
              "%d format: a real number is required, not " + argument.typeName());
    };
  }

  private static BigInteger whole(Value argument, char type) {
    BigInteger number = Numbers.integerOrNull(argument);
    if (number == null) {
      throw JinjaException.type(
          "%%%c format: an integer is required, not %s".formatted(type, argument.typeName()));
    }
    return number;
  }

  private void integer(char type, BigInteger number, int width, int precision) {
    String digits = NumberText.integer(number, type, false);
    TextBuilder padded = new TextBuilder(budget);
    padded.repeat("0", precision - (long) digits.length()).append(digits);
    String prefix = alternate && type != 'd' ? "0" + type : "";
    number((number.signum() < 0 ? "-" : plus) + prefix, padded.build(), width);
  }

  private void real(char type, Value argument, int width, int precision) {
    if (argument instanceof Undefined undefined) {
      throw undefined.failure();
    }
    double number = Numbers.real(argument);
    budget.text(Math.max(precision, 0));
    String sign = FloatText.isNegative(number) ? "-" : plus;
    number(sign, NumberText.real(number, type, precision, alternate), width);
  }

  private void number(String sign, String digits, int width) {
    long missing = width - (long) digits.length() - sign.length();
    if (leftAligned) {
      result.append(sign).append(digits).repeat(" ", missing);
    } else if (zeroPadded) {
      result.append(sign).repeat("0", missing).append(digits);
    } else {
      result.repeat(" ", missing).append(sign).append(digits);
    }
  }

  private void string(String shown, int width, int precision) {
    int length = CodePoints.length(shown);
    int kept = precision >= 0 ? Math.min(precision, length) : length;
    String cut = CodePoints.substring(shown, 0, kept);
    if (leftAligned) {
      result.append(cut).repeat(" ", width - (long) kept);
    } else {
      result.repeat(" ", width - (long) kept).append(cut);
    }
  }
}
