package org.demur.text.jinja;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The filters that change a text.
final class TextFilters {
  /// A change of a text that needs nothing but the text.
  @FunctionalInterface
  private interface Change {
    String apply(Budget budget, String text);
  }

  private static final int DEFAULT_WIDTH = 80;

  private TextFilters() {}

  static void addTo(Map<String, Filters.Filter> filters) {
    filters.put("capitalize", change("capitalize", StrCase::capitalize));
    filters.put("lower", change("lower", StrCase::lower));
    filters.put("upper", change("upper", StrCase::upper));
    filters.put("title", TextFilters::title);
    filters.put("trim", TextFilters::trim);
    filters.put("center", TextFilters::center);
    filters.put("replace", TextFilters::replace);
    filters.put("format", TextFilters::format);
    filters.put("string", TextFilters::string);
    filters.put("safe", TextFilters::safe);
    filters.put("e", TextFilters::escape);
    filters.put("escape", TextFilters::escape);
    filters.put("forceescape", TextFilters::forceEscape);
    filters.put("striptags", TextFilters::stripTags);
    filters.put("urlencode", TextFilters::urlEncode);
    filters.put("wordcount", TextFilters::wordCount);
    filters.put("xmlattr", TextFilters::xmlAttributes);
  }

  /// A text as it is (a `Markup` stays one), anything else as its text.
  static Str soft(Budget budget, Value value) {
    return value instanceof Str text ? text : Str.of(PythonText.str(budget, value));
  }

  private static Filters.Filter change(String name, Change change) {
    return (rendering, input, args) -> {
      args.bind(name, 0);
      Str text = soft(rendering.budget(), input);
      return text.like(change.apply(rendering.budget(), text.text()));
    };
  }

  private static Value string(Rendering rendering, Value input, Args args) {
    args.bind("string", 0);
    return soft(rendering.budget(), input);
  }

  private static Value safe(Rendering rendering, Value input, Args args) {
    args.bind("safe", 0);
    return new Str(PythonText.str(rendering.budget(), input), true);
  }

  private static Value escape(Rendering rendering, Value input, Args args) {
    args.bind("escape", 0);
    if (input instanceof Str text && text.markup()) {
      return text;
    }
    return forceEscape(rendering, input, args);
  }

  private static Value forceEscape(Rendering rendering, Value input, Args args) {
    args.bind("forceescape", 0);
    Budget budget = rendering.budget();
    return new Str(Html.escape(budget, PythonText.str(budget, input)), true);
  }

  private static Value stripTags(Rendering rendering, Value input, Args args) {
    args.bind("striptags", 0);
    Budget budget = rendering.budget();
    return Str.of(Html.withoutTags(budget, PythonText.str(budget, input)));
  }

  private static Value trim(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("trim", 0, "chars");
    Str text = soft(rendering.budget(), input);
    return text.like(
        StrParts.strip(rendering.budget(), "strip", text.text(), bound.optional(0), true, true));
  }

  private static Value center(Rendering rendering, Value input, Args args) {
    Value width = args.bind("center", 0, "width").or(0, Value.Int.of(DEFAULT_WIDTH));
    Str text = soft(rendering.budget(), input);
    return text.like(StrPadding.center(rendering.budget(), text.text(), Numbers.index(width), " "));
  }

  private static Value replace(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("replace", 2, "old", "new", "count");
    Budget budget = rendering.budget();
    Value count = bound.or(2, Value.None.NONE);
    int limit = count == Value.None.NONE ? -1 : Numbers.index(count);
    return Str.of(
        StrSearch.replace(
            budget,
            PythonText.str(budget, input),
            PythonText.str(budget, bound.required(0)),
            PythonText.str(budget, bound.required(1)),
            limit));
  }

  private static Value format(Rendering rendering, Value input, Args args) {
    if (!args.positional().isEmpty() && !args.named().isEmpty()) {
      throw new JinjaException(
          ErrorKind.FILTER_ARGUMENT,
          "can't handle positional and keyword arguments at the same time");
    }
    Budget budget = rendering.budget();
    Value arguments = new TupleValue(args.positional(), false);
    if (!args.named().isEmpty()) {
      DictValue dict = new DictValue();
      args.named().forEach((name, value) -> dict.put(budget, Str.of(name), value));
      arguments = dict;
    }
    return PercentFormat.format(rendering, soft(budget, input), arguments);
  }

  /// Each word with a large first letter; a word begins after a space or an opening bracket.
  private static Value title(Rendering rendering, Value input, Args args) {
    args.bind("title", 0);
    Budget budget = rendering.budget();
    Str text = soft(budget, input);
    String source = text.text();
    TextBuilder result = new TextBuilder(budget);
    int position = 0;
    while (position < source.length()) {
      boolean separators = isWordSeparator(source.charAt(position));
      int end = position;
      while (end < source.length() && isWordSeparator(source.charAt(end)) == separators) {
        end++;
      }
      int first = position + Character.charCount(source.codePointAt(position));
      result.append(source.substring(position, first).toUpperCase(Locale.ROOT));
      result.append(source.substring(first, end).toLowerCase(Locale.ROOT));
      position = end;
    }
    // Joining the parts gives a plain text, whatever the input was.
    return Str.of(result.build());
  }

  private static boolean isWordSeparator(char unit) {
    return "-({[<".indexOf(unit) >= 0 || CharClass.isSpace(unit);
  }

  private static Value wordCount(Rendering rendering, Value input, Args args) {
    args.bind("wordcount", 0);
    String text = soft(rendering.budget(), input).text();
    rendering.budget().scan(text.length());
    int count = 0;
    boolean inWord = false;
    for (int point : text.codePoints().toArray()) {
      boolean word = CharClass.isWord(point);
      count += word && !inWord ? 1 : 0;
      inWord = word;
    }
    return Value.Int.of(count);
  }

  private static Value urlEncode(Rendering rendering, Value input, Args args) {
    args.bind("urlencode", 0);
    Budget budget = rendering.budget();
    TextBuilder result = new TextBuilder(budget);
    Iterator<Value> pairs =
        input instanceof Str ? null : Iteration.iteratorOrNull(budget, items(input));
    if (pairs == null) {
      return Str.of(quote(result, PythonText.str(budget, input), false).build());
    }
    while (pairs.hasNext()) {
      List<Value> pair = Iteration.list(budget, pairs.next());
      if (pair.size() != 2) {
        throw JinjaException.value("urlencode needs pairs, got " + pair.size() + " values");
      }
      if (!result.isEmpty()) {
        result.append('&');
      }
      quote(result, PythonText.str(budget, pair.getFirst()), true).append('=');
      quote(result, PythonText.str(budget, pair.getLast()), true);
    }
    return Str.of(result.build());
  }

  private static Value items(Value value) {
    return value instanceof DictValue dict ? new DictView(dict, DictView.Part.ITEMS) : value;
  }

  private static TextBuilder quote(TextBuilder result, String text, boolean forQuery) {
    for (byte unit : text.getBytes(StandardCharsets.UTF_8)) {
      char letter = (char) (unit & 0xff);
      boolean plain =
          (letter < 0x80 && Character.isLetterOrDigit(letter)) || "_.-~".indexOf(letter) >= 0;
      if (plain || (!forQuery && letter == '/')) {
        result.append(letter);
      } else if (forQuery && letter == ' ') {
        result.append('+');
      } else {
        result.append(String.format(Locale.ROOT, "%%%02X", (int) letter));
      }
    }
    return result;
  }

  private static Value xmlAttributes(Rendering rendering, Value input, Args args) {
    Value autospace = args.bind("xmlattr", 0, "autospace").or(0, Value.Bool.TRUE);
    Budget budget = rendering.budget();
    if (input instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (!(input instanceof DictValue dict)) {
      throw new JinjaException(
          ErrorKind.ATTRIBUTE, "'%s' object has no attribute 'items'".formatted(input.typeName()));
    }
    TextBuilder result = new TextBuilder(budget);
    for (DictValue.Entry entry : dict.entries()) {
      if (entry.value() == Value.None.NONE || entry.value() instanceof Undefined) {
        continue;
      }
      String key = StrMethods.text("xmlattr", entry.key());
      if (key.chars().anyMatch(unit -> "/>= \t\n\r\f\u000b".indexOf(unit) >= 0)) {
        throw JinjaException.value("Invalid character in attribute name");
      }
      if (!result.isEmpty() || Iteration.isTrue(autospace)) {
        result.append(' ');
      }
      result.append(escaped(rendering, entry.key())).append("=\"");
      result.append(escaped(rendering, entry.value())).append('"');
    }
    return Str.of(result.build());
  }

  private static String escaped(Rendering rendering, Value value) {
    return soft(rendering.budget(), escape(rendering, value, Args.of())).text();
  }
}
