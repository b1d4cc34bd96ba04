package org.demur.text.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

/// Python's `str(value)` and `repr(value)`.
final class PythonText {
  /// Python refuses to write integers with more decimal digits.
  private static final int MAX_DIGITS = 4_300;

  /// An integer with fewer bits has at most [#MAX_DIGITS] digits.
  private static final int SAFE_BITS = 14_283;

  private PythonText() {}

  /// Python's `str(value)`.
  static String str(Budget budget, Value value) {
    return switch (value) {
      case Str text -> text.text();
      case Undefined undefined -> "";
      default -> repr(budget, value);
    };
  }

  /// Python's `repr(value)`.
  static String repr(Budget budget, Value value) {
    TextBuilder builder = new TextBuilder(budget);
    repr(budget, builder, value);
    return builder.build();
  }

  /// An integer in decimal.
  ///
  /// @throws JinjaException `ValueError` for more than 4,300 digits, as in Python
  static String decimal(BigInteger number) {
    if (number.bitLength() >= SAFE_BITS) {
      String text = number.abs().toString();
      if (text.length() > MAX_DIGITS) {
        throw JinjaException.value("Exceeds the limit (4300 digits) for integer string conversion");
      }
    }
    return number.toString();
  }

  private static void repr(Budget budget, TextBuilder builder, Value value) {
    budget.step();
    budget.enter();
    try {
      switch (value) {
        case Value.None none -> builder.append("None");
        case Value.Bool bool -> builder.append(bool.isTrue() ? "True" : "False");
        case Value.Int number -> builder.append(decimal(number.value()));
        case Value.Real real -> builder.append(FloatText.repr(real.value()));
        case Str text when text.markup() -> {
          builder.append("Markup(");
          quote(builder, text.text());
          builder.append(")");
        }
        case Str text -> quote(builder, text.text());
        case ListValue list -> items(budget, builder, "[", list.items(), "]");
        case TupleValue tuple ->
            items(budget, builder, "(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")");
        case DictValue dict -> dict(budget, builder, dict);
        case DictView view -> {
          builder.append(view.typeName()).append("(");
          budget.slots(view.dict().size());
          List<Value> elements = view.dict().entries().stream().map(view::element).toList();
          items(budget, builder, "[", elements, "])");
        }
        case RangeValue range -> builder.append(range(range));
        case NamespaceValue namespace -> {
          builder.append("<Namespace ");
          dict(budget, builder, namespace.attributes());
          builder.append(">");
        }
        case IteratorValue iterator -> builder.append("<" + iterator.label() + ">");
        case CyclerValue cycler -> builder.append("<jinja2.utils.Cycler object>");
        case Undefined undefined -> builder.append("Undefined");
        case Callable callable -> builder.append("<" + callable.label() + ">");
      }
    } finally {
      budget.exit();
    }
  }

  private static void items(
      Budget budget, TextBuilder builder, String open, List<Value> items, String close) {
    builder.append(open);
    for (int index = 0; index < items.size(); index++) {
      if (index > 0) {
        builder.append(", ");
      }
      repr(budget, builder, items.get(index));
    }
    builder.append(close);
  }

  private static void dict(Budget budget, TextBuilder builder, DictValue dict) {
    String separator = "{";
    for (DictValue.Entry entry : dict.entries()) {
      builder.append(separator);
      repr(budget, builder, entry.key());
      builder.append(": ");
      repr(budget, builder, entry.value());
      separator = ", ";
    }
    builder.append(dict.size() == 0 ? "{}" : "}");
  }

  private static String range(RangeValue range) {
    String ends = "range(" + decimal(range.start()) + ", " + decimal(range.stop());
    return range.step().equals(BigInteger.ONE)
        ? ends + ")"
        : ends + ", " + decimal(range.step()) + ")";
  }

  /// A text in quotes, with escapes for what Python does not print.
  static void quote(TextBuilder builder, String text) {
    char mark = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    builder.append(mark);
    text.codePoints().forEach(point -> quote(builder, point, mark));
    builder.append(mark);
  }

  private static void quote(TextBuilder builder, int point, char mark) {
    switch (point) {
      case '\\' -> builder.append("\\\\");
      case '\n' -> builder.append("\\n");
      case '\r' -> builder.append("\\r");
      case '\t' -> builder.append("\\t");
      default -> {
        if (point == mark) {
          builder.append('\\').append(mark);
        } else if (CharClass.isPrintable(point)) {
          builder.appendPoint(point);
        } else {
          builder.append(escape(point));
        }
      }
    }
  }

  static String escape(int point) {
    if (point <= 0xff) {
      return String.format(Locale.ROOT, "\\x%02x", point);
    }
    return point <= 0xffff
        ? String.format(Locale.ROOT, "\\u%04x", point)
        : String.format(Locale.ROOT, "\\U%08x", point);
  }
}
