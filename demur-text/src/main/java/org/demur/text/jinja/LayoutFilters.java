package org.demur.text.jinja;

import java.util.List;
import java.util.Map;

/// The filters that lay a text out in lines.
final class LayoutFilters {
  private static final int DEFAULT_INDENT = 4;
  private static final int DEFAULT_LENGTH = 255;
  private static final int DEFAULT_LEEWAY = 5;

  private LayoutFilters() {}

  static void addTo(Map<String, Filters.Filter> filters) {
    filters.put("indent", LayoutFilters::indent);
    filters.put("truncate", LayoutFilters::truncate);
    filters.put("wordwrap", TextWrap::apply);
  }

  private static Value indent(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("indent", 0, "width", "first", "blank");
    Budget budget = rendering.budget();
    Value width = bound.or(0, Value.Int.of(DEFAULT_INDENT));
    if (input instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (width instanceof Undefined undefined) {
      throw undefined.failure();
    }
    String indention =
        width instanceof Str text
            ? text.text()
            : new TextBuilder(budget).repeat(" ", Math.max(Numbers.index(width), 0)).build();
    if (input instanceof ListValue) {
      throw new JinjaException(ErrorKind.ATTRIBUTE, "'list' object has no attribute 'splitlines'");
    }
    if (!(input instanceof Str text)) {
      throw JinjaException.type(
          "unsupported operand type(s) for +=: '%s' and 'str'".formatted(input.typeName()));
    }
    if (text.markup() && !(width instanceof Str safe && safe.markup())) {
      indention = Html.escape(budget, indention);
    }
    boolean first = Iteration.isTrue(bound.or(1, Value.Bool.FALSE));
    boolean blank = Iteration.isTrue(bound.or(2, Value.Bool.FALSE));
    TextBuilder result = new TextBuilder(budget);
    if (first) {
      result.append(indention);
    }
    List<String> lines = Splitting.lines(budget, text.text() + "\n", false);
    for (int index = 0; index < lines.size(); index++) {
      String line = lines.get(index);
      if (index > 0) {
        result.append("\n").append(blank || !line.isEmpty() ? indention : "");
      }
      result.append(line);
    }
    return text.like(result.build());
  }

  private static Value truncate(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("truncate", 0, "length", "killwords", "end", "leeway");
    Budget budget = rendering.budget();
    Value leeway = bound.or(3, Value.None.NONE);
    int tolerance = leeway == Value.None.NONE ? DEFAULT_LEEWAY : Numbers.index(leeway);
    int length = Numbers.index(bound.or(0, Value.Int.of(DEFAULT_LENGTH)));
    Value end = bound.or(2, Str.of("..."));
    int endLength = Iteration.length(budget, end);
    if (length < endLength || tolerance < 0) {
      throw new JinjaException(
          ErrorKind.ASSERTION,
          "expected length >= %d and leeway >= 0, got %d and %d"
              .formatted(endLength, length, tolerance));
    }
    if (Iteration.length(budget, input) <= (long) length + tolerance) {
      return input;
    }
    String suffix = StrMethods.text("truncate", end);
    if (!(input instanceof Str text)) {
      throw JinjaException.type("truncate() argument must be str, not " + input.typeName());
    }
    String kept = CodePoints.substring(text.text(), 0, length - endLength);
    if (!Iteration.isTrue(bound.or(1, Value.Bool.FALSE))) {
      int space = kept.lastIndexOf(' ');
      kept = space < 0 ? kept : kept.substring(0, space);
    }
    budget.text(kept.length() + (long) suffix.length());
    return text.like(kept + suffix);
  }
}
