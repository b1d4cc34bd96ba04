package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Python's `json.dumps`, which is what the filter `tojson` is in transformers: nothing is escaped
/// for HTML.
final class JsonDumps {
  private final Budget budget;
  private final boolean ascii;
  private final @Nullable String indent;
  private final String itemSeparator;
  private final String keySeparator;
  private final boolean sortKeys;
  private final TextBuilder result;
  private int level;

  private JsonDumps(
      Budget budget,
      boolean ascii,
      @Nullable String indent,
      @Nullable Value separators,
      boolean sortKeys) {
    this.budget = budget;
    this.ascii = ascii;
    this.indent = indent;
    this.sortKeys = sortKeys;
    this.result = new TextBuilder(budget);
    if (separators == null || separators == Value.None.NONE) {
      itemSeparator = indent == null ? ", " : ",";
      keySeparator = ": ";
    } else {
      List<Value> pair = Iteration.list(budget, separators);
      if (pair.size() != 2) {
        throw JinjaException.value("separators must be two texts, got " + pair.size());
      }
      itemSeparator = StrMethods.text("separators", pair.getFirst());
      keySeparator = StrMethods.text("separators", pair.getLast());
    }
  }

  /// The filter.
  ///
  /// @throws JinjaException `TypeError` for values and keys that JSON does not have
  static Value toJson(Rendering rendering, Value value, Args args) {
    Args.Bound bound = args.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
    Budget budget = rendering.budget();
    JsonDumps writer =
        new JsonDumps(
            budget,
            Iteration.isTrue(bound.or(0, Value.Bool.FALSE)),
            indent(budget, bound.or(1, Value.None.NONE)),
            bound.optional(2),
            Iteration.isTrue(bound.or(3, Value.Bool.FALSE)));
    writer.write(value);
    return Str.of(writer.result.build());
  }

  private static @Nullable String indent(Budget budget, Value indent) {
    return switch (indent) {
      case Value.None none -> null;
      case Str text -> text.text();
      case Undefined undefined -> throw undefined.failure();
      default -> new TextBuilder(budget).repeat(" ", Math.max(Numbers.index(indent), 0)).build();
    };
  }

  private void write(Value value) {
    budget.step();
    budget.enter();
    try {
      switch (value) {
        case Value.None none -> result.append("null");
        case Value.Bool bool -> result.append(bool.isTrue() ? "true" : "false");
        case Value.Int number -> result.append(PythonText.decimal(number.value()));
        case Value.Real real -> result.append(real(real.value()));
        case Str text -> string(text.text());
        case ListValue list -> list(list.items());
        case TupleValue tuple -> list(tuple.items());
        case DictValue dict -> dict(dict);
        default ->
            throw JinjaException.type(
                "Object of type %s is not JSON serializable".formatted(value.typeName()));
      }
    } finally {
      budget.exit();
    }
  }

  private static String real(double number) {
    if (Double.isNaN(number)) {
      return "NaN";
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? "Infinity" : "-Infinity";
    }
    return FloatText.repr(number);
  }

  private void list(List<Value> items) {
    if (items.isEmpty()) {
      result.append("[]");
      return;
    }
    open('[');
    for (int index = 0; index < items.size(); index++) {
      separate(index);
      write(items.get(index));
    }
    close(']');
  }

  private void dict(DictValue dict) {
    if (dict.size() == 0) {
      result.append("{}");
      return;
    }
    open('{');
    int index = 0;
    for (DictValue.Entry entry : entries(dict)) {
      separate(index++);
      string(key(entry.key()));
      result.append(keySeparator);
      write(entry.value());
    }
    close('}');
  }

  private List<DictValue.Entry> entries(DictValue dict) {
    List<DictValue.Entry> entries = new ArrayList<>(dict.entries());
    return sortKeys
        ? Sorting.sorted(
            budget, entries, entries.stream().map(DictValue.Entry::key).toList(), false)
        : entries;
  }

  private static String key(Value key) {
    return switch (key) {
      case Str text -> text.text();
      case Value.Real real -> real(real.value());
      case Value.Bool bool -> bool.isTrue() ? "true" : "false";
      case Value.None none -> "null";
      case Value.Int number -> PythonText.decimal(number.value());
      default ->
          throw JinjaException.type(
              "keys must be str, int, float, bool or None, not " + key.typeName());
    };
  }

  private void open(char bracket) {
    result.append(bracket);
    level++;
    newLine();
  }

  private void separate(int index) {
    if (index > 0) {
      result.append(itemSeparator);
      newLine();
    }
  }

  private void close(char bracket) {
    level--;
    newLine();
    result.append(bracket);
  }

  private void newLine() {
    if (indent != null) {
      result.append('\n').repeat(indent, level);
    }
  }

  private void string(String text) {
    result.append('"');
    for (int index = 0; index < text.length(); index++) {
      char unit = text.charAt(index);
      switch (unit) {
        case '"' -> result.append("\\\"");
        case '\\' -> result.append("\\\\");
        case '\n' -> result.append("\\n");
        case '\r' -> result.append("\\r");
        case '\t' -> result.append("\\t");
        case '\f' -> result.append("\\f");
        case '\b' -> result.append("\\b");
        default -> {
          if (unit < ' ' || (ascii && unit > '~')) {
            result.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
          } else {
            result.append(unit);
          }
        }
      }
    }
    budget.scan(text.length());
    result.append('"');
  }
}
