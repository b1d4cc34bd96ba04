package org.demur.text.jinja;

/// Python's `format.format(...)`, with attributes looked up through the sandbox.
final class BraceFormat {
  private static final int NESTING = 2;

  private final Rendering rendering;
  private final Budget budget;
  private final Args args;
  private final boolean markup;
  private int nextField;
  private boolean numbered;

  private BraceFormat(Rendering rendering, Args args, boolean markup) {
    this.rendering = rendering;
    this.budget = rendering.budget();
    this.args = args;
    this.markup = markup;
  }

  /// Fills the fields of a format.
  ///
  /// @throws JinjaException `IndexError` or `KeyError` for a missing argument, `ValueError` for a
  ///   malformed format
  static Str format(Rendering rendering, Str format, Args args) {
    BraceFormat formatter = new BraceFormat(rendering, args, format.markup());
    return format.like(formatter.expand(format.text(), NESTING));
  }

  private String expand(String format, int depth) {
    if (depth == 0) {
      throw JinjaException.value("Max string recursion exceeded");
    }
    TextBuilder result = new TextBuilder(budget);
    int position = 0;
    while (position < format.length()) {
      char unit = format.charAt(position++);
      boolean doubled = position < format.length() && format.charAt(position) == unit;
      if (unit != '{' && unit != '}') {
        result.append(unit);
      } else if (doubled) {
        result.append(unit);
        position++;
      } else if (unit == '}') {
        throw JinjaException.value("Single '}' encountered in format string");
      } else {
        int end = endOfField(format, position);
        result.append(field(format.substring(position, end), depth));
        position = end + 1;
      }
    }
    budget.scan(format.length());
    return result.build();
  }

  private static int endOfField(String format, int start) {
    int open = 1;
    boolean bracket = false;
    for (int index = start; index < format.length(); index++) {
      char unit = format.charAt(index);
      if (unit == '[') {
        bracket = true;
      } else if (unit == ']') {
        bracket = false;
      } else if (unit == '{' && !bracket) {
        open++;
      } else if (unit == '}' && !bracket && --open == 0) {
        return index;
      }
    }
    throw JinjaException.value(
        start == format.length()
            ? "Single '{' encountered in format string"
            : "expected '}' before end of string");
  }

  private String field(String field, int depth) {
    budget.step();
    int end = endOfName(field);
    Value value = lookUp(field.substring(0, end));
    String rest = field.substring(end);
    if (rest.startsWith("!")) {
      if (rest.length() < 2) {
        throw JinjaException.value("end of string while looking for conversion specifier");
      }
      value = convert(value, rest.charAt(1));
      rest = rest.substring(2);
      if (!rest.isEmpty() && !rest.startsWith(":")) {
        throw JinjaException.value("expected ':' after conversion specifier");
      }
    }
    String spec = rest.isEmpty() ? "" : expand(rest.substring(1), depth - 1);
    if (!markup) {
      return FormatSpec.format(budget, value, spec);
    }
    if (value instanceof Str safe && safe.markup()) {
      if (!spec.isEmpty()) {
        throw JinjaException.value("Unsupported format specification for Markup.");
      }
      return safe.text();
    }
    return Html.escape(budget, FormatSpec.format(budget, value, spec));
  }

  private static int endOfName(String field) {
    boolean bracket = false;
    for (int index = 0; index < field.length(); index++) {
      char unit = field.charAt(index);
      if (unit == '[') {
        bracket = true;
      } else if (unit == ']') {
        bracket = false;
      } else if (!bracket && (unit == ':' || unit == '!')) {
        return index;
      } else if (unit == '{') {
        throw JinjaException.value("unexpected '{' in field name");
      }
    }
    return field.length();
  }

  private Value lookUp(String name) {
    int end = 0;
    while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
      end++;
    }
    Value value = argument(name.substring(0, end), name.isEmpty());
    while (end < name.length()) {
      boolean attribute = name.charAt(end) == '.';
      int stop = attribute ? endOfAttribute(name, end + 1) : name.indexOf(']', end);
      if (stop < 0) {
        throw JinjaException.value("Missing ']' in format string");
      }
      String part = name.substring(end + 1, stop);
      if (part.isEmpty()) {
        throw JinjaException.value("Empty attribute in format string");
      }
      value =
          attribute
              ? Attributes.attribute(rendering, value, part)
              : Attributes.item(rendering, value, key(part));
      end = attribute ? stop : stop + 1;
      if (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
        throw JinjaException.value("Only '.' or '[' may follow ']' in format field specifier");
      }
    }
    return value;
  }

  private static int endOfAttribute(String name, int start) {
    int end = start;
    while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
      end++;
    }
    return end;
  }

  private static Value key(String part) {
    boolean number = !part.isEmpty() && part.chars().allMatch(unit -> unit >= '0' && unit <= '9');
    return number && part.length() < 10 ? Value.Int.of(Long.parseLong(part)) : Str.of(part);
  }

  private Value argument(String name, boolean automatic) {
    if (automatic) {
      if (numbered) {
        throw JinjaException.value(
            "cannot switch from manual field specification to automatic field numbering");
      }
      return positional(nextField++);
    }
    if (key(name) instanceof Value.Int number) {
      if (nextField > 0) {
        throw JinjaException.value(
            "cannot switch from automatic field numbering to manual field specification");
      }
      numbered = true;
      return positional(Numbers.clamp(number.value()));
    }
    Value value = args.named().get(name);
    if (value == null) {
      throw new JinjaException(ErrorKind.KEY, "format() has no argument " + Undefined.quoted(name));
    }
    return value;
  }

  private Value positional(int index) {
    if (index >= args.positional().size()) {
      throw new JinjaException(
          ErrorKind.INDEX,
          "Replacement index %d out of range for positional args tuple".formatted(index));
    }
    return args.positional().get(index);
  }

  private Value convert(Value value, char conversion) {
    return switch (conversion) {
      case 's' -> Str.of(PythonText.str(budget, value));
      case 'r' -> Str.of(PythonText.repr(budget, value));
      case 'a' -> Str.of(PercentFormat.ascii(budget, PythonText.repr(budget, value)));
      default -> throw JinjaException.value("Unknown conversion specifier");
    };
  }
}
