package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.List;

/// The filter `pprint`: Python's `pprint.pformat` with its default settings.
///
/// Source: `pprint.py` of CPython 3.11.
final class PrettyPrint {
  private static final int WIDTH = 80;

  private final Budget budget;
  private final TextBuilder result;

  private PrettyPrint(Budget budget) {
    this.budget = budget;
    this.result = new TextBuilder(budget);
  }

  static Value apply(Rendering rendering, Value input, Args args) {
    args.bind("pprint", 0);
    PrettyPrint printer = new PrettyPrint(rendering.budget());
    printer.print(input, 0, 0, 1);
    return Str.of(printer.result.build());
  }

  private void print(Value value, int indent, int allowance, int level) {
    budget.enter();
    try {
      String flat = PythonText.repr(budget, sorted(value));
      if (CodePoints.length(flat) <= WIDTH - indent - allowance) {
        result.append(flat);
        return;
      }
      switch (value) {
        case ListValue list -> items("[", list.items(), "]", indent, allowance, level);
        case TupleValue tuple -> {
          String close = tuple.items().size() == 1 ? ",)" : ")";
          items("(", tuple.items(), close, indent, allowance, level);
        }
        case DictValue dict -> dict(dict, indent, allowance, level);
        case Str text when !text.markup() -> text(text.text(), indent, allowance, level);
        default -> result.append(flat);
      }
    } finally {
      budget.exit();
    }
  }

  /// The same value with the keys of all dicts in order.
  private Value sorted(Value value) {
    budget.step();
    budget.enter();
    try {
      return switch (value) {
        case ListValue list -> new ListValue(sorted(list.items()));
        case TupleValue tuple -> new TupleValue(sorted(tuple.items()), tuple.group());
        case DictValue dict -> {
          DictValue result = new DictValue();
          for (DictValue.Entry entry : entries(dict)) {
            result.put(budget, sorted(entry.key()), sorted(entry.value()));
          }
          yield result;
        }
        default -> value;
      };
    } finally {
      budget.exit();
    }
  }

  private List<Value> sorted(List<Value> items) {
    budget.slots(items.size());
    List<Value> result = new ArrayList<>(items.size());
    for (Value item : items) {
      result.add(sorted(item));
    }
    return result;
  }

  private List<DictValue.Entry> entries(DictValue dict) {
    List<DictValue.Entry> entries = new ArrayList<>(dict.entries());
    try {
      List<Value> keys = entries.stream().map(DictValue.Entry::key).toList();
      return Sorting.sorted(budget, entries, keys, false);
    } catch (JinjaException failure) {
      if (failure.kind() == ErrorKind.TYPE) {
        return entries;
      }
      throw failure;
    }
  }

  private void items(
      String open, List<Value> items, String close, int indent, int allowance, int level) {
    result.append(open);
    for (int index = 0; index < items.size(); index++) {
      boolean last = index == items.size() - 1;
      separate(index, indent + 1);
      print(items.get(index), indent + 1, last ? allowance + close.length() : 1, level + 1);
    }
    result.append(close);
  }

  private void dict(DictValue dict, int indent, int allowance, int level) {
    result.append("{");
    List<DictValue.Entry> entries = entries(dict);
    for (int index = 0; index < entries.size(); index++) {
      boolean last = index == entries.size() - 1;
      separate(index, indent + 1);
      String key = PythonText.repr(budget, sorted(entries.get(index).key()));
      result.append(key).append(": ");
      int column = indent + 1 + CodePoints.length(key) + 2;
      print(entries.get(index).value(), column, last ? allowance + 1 : 1, level + 1);
    }
    result.append("}");
  }

  private void separate(int index, int indent) {
    if (index > 0) {
      result.append(",\n").repeat(" ", indent);
    }
  }

  /// A long text as several literals, broken at line ends and white space.
  private void text(String text, int indent, int allowance, int level) {
    boolean outermost = level == 1;
    int column = outermost ? indent + 1 : indent;
    int reserve = outermost ? allowance + 1 : allowance;
    List<String> chunks = new ArrayList<>();
    List<String> lines = Splitting.lines(budget, text, true);
    for (int index = 0; index < lines.size(); index++) {
      boolean last = index == lines.size() - 1;
      line(lines.get(index), WIDTH - column, last ? reserve : 0, chunks);
    }
    boolean parentheses = outermost && chunks.size() > 1;
    result.append(parentheses ? "(" : "");
    for (int index = 0; index < chunks.size(); index++) {
      if (index > 0) {
        result.append("\n").repeat(" ", column);
      }
      result.append(chunks.get(index));
    }
    result.append(parentheses ? ")" : "");
  }

  private void line(String line, int width, int reserve, List<String> chunks) {
    String flat = quoted(line);
    if (CodePoints.length(flat) <= width - reserve) {
      chunks.add(flat);
      return;
    }
    List<String> words = words(line);
    String current = "";
    for (int index = 0; index < words.size(); index++) {
      String candidate = current + words.get(index);
      int limit = index == words.size() - 1 ? width - reserve : width;
      if (CodePoints.length(quoted(candidate)) > limit) {
        if (!current.isEmpty()) {
          chunks.add(quoted(current));
        }
        current = words.get(index);
      } else {
        current = candidate;
      }
    }
    if (!current.isEmpty()) {
      chunks.add(quoted(current));
    }
  }

  /// Words, each with the white space behind it.
  private List<String> words(String line) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int index = 1; index <= line.length(); index++) {
      boolean end =
          index == line.length()
              || (CharClass.isSpace(line.charAt(index - 1))
                  && !CharClass.isSpace(line.charAt(index)));
      if (end) {
        budget.slots(1);
        words.add(line.substring(start, index));
        start = index;
      }
    }
    return words;
  }

  private String quoted(String text) {
    return PythonText.repr(budget, Str.of(text));
  }
}
