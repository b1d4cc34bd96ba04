package org.demur.text.jinja;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The methods of `str` that look for texts in a text.
final class StrSearch {
  /// A part of a text, as UTF-16 indices.
  ///
  /// @param valid whether the start is not behind the end
  private record Window(int start, int end, boolean valid) {}

  private StrSearch() {}

  static Value find(Rendering rendering, Str self, Args args) {
    return Value.Int.of(position(rendering.budget(), "find", self, args, false));
  }

  static Value findLast(Rendering rendering, Str self, Args args) {
    return Value.Int.of(position(rendering.budget(), "rfind", self, args, true));
  }

  static Value index(Rendering rendering, Str self, Args args) {
    return found(position(rendering.budget(), "index", self, args, false));
  }

  static Value indexLast(Rendering rendering, Str self, Args args) {
    return found(position(rendering.budget(), "rindex", self, args, true));
  }

  private static Value found(int position) {
    if (position < 0) {
      throw JinjaException.value("substring not found");
    }
    return Value.Int.of(position);
  }

  private static int position(Budget budget, String method, Str self, Args args, boolean last) {
    Args.Bound bound = args.positionalOnly(method, 1, 3);
    String part = StrMethods.text(method, bound.required(0));
    Window window = window(budget, self.text(), bound);
    if (!window.valid()) {
      return -1;
    }
    int offset;
    if (last) {
      offset = TextSearch.lastIndexOf(budget, self.text(), part, window.end());
      offset = offset < window.start() ? -1 : offset;
    } else {
      offset = TextSearch.indexOf(budget, self.text(), part, window.start());
      offset = offset + part.length() > window.end() ? -1 : offset;
    }
    if (offset < 0) {
      return -1;
    }
    budget.scan(offset);
    return CodePoints.index(self.text(), offset);
  }

  static Value count(Rendering rendering, Str self, Args args) {
    Args.Bound bound = args.positionalOnly("count", 1, 3);
    String part = StrMethods.text("count", bound.required(0));
    Budget budget = rendering.budget();
    Window window = window(budget, self.text(), bound);
    if (!window.valid()) {
      return Value.Int.of(0);
    }
    String text = self.text().substring(window.start(), window.end());
    budget.text(text.length());
    if (part.isEmpty()) {
      return Value.Int.of(CodePoints.length(text) + 1L);
    }
    int count = 0;
    int offset = TextSearch.indexOf(budget, text, part, 0);
    while (offset >= 0) {
      count++;
      offset = TextSearch.indexOf(budget, text, part, offset + part.length());
    }
    return Value.Int.of(count);
  }

  static Value startsWith(Rendering rendering, Str self, Args args) {
    return matches(rendering.budget(), "startswith", self, args, true);
  }

  static Value endsWith(Rendering rendering, Str self, Args args) {
    return matches(rendering.budget(), "endswith", self, args, false);
  }

  private static Value matches(Budget budget, String method, Str self, Args args, boolean atStart) {
    Args.Bound bound = args.positionalOnly(method, 1, 3);
    Value wanted = bound.required(0);
    if (!(wanted instanceof Str || wanted instanceof TupleValue)) {
      throw JinjaException.type(
          "%s first arg must be str or a tuple of str, not %s"
              .formatted(method, wanted.typeName()));
    }
    Window window = window(budget, self.text(), bound);
    List<Value> parts = wanted instanceof TupleValue tuple ? tuple.items() : List.of(wanted);
    for (Value part : parts) {
      String text = StrMethods.text(method, part);
      budget.scan(text.length());
      int offset = atStart ? window.start() : window.end() - text.length();
      boolean fits = window.valid() && text.length() <= window.end() - window.start();
      if (fits && self.text().startsWith(text, offset)) {
        return Value.Bool.TRUE;
      }
    }
    return Value.Bool.FALSE;
  }

  static Value replace(Rendering rendering, Str self, Args args) {
    Args.Bound bound = args.positionalOnly("replace", 2, 3);
    String part = StrMethods.text("replace", bound.required(0));
    String replacement = StrMethods.text("replace", bound.required(1));
    if (self.markup() && !(bound.required(1) instanceof Str value && value.markup())) {
      replacement = Html.escape(rendering.budget(), replacement);
    }
    Value count = bound.optional(2);
    int limit = count == null ? -1 : Numbers.index(count);
    return self.like(replace(rendering.budget(), self.text(), part, replacement, limit));
  }

  /// Python's `text.replace(part, replacement, limit)`; a negative limit is none.
  static String replace(Budget budget, String text, String part, String replacement, int limit) {
    TextBuilder result = new TextBuilder(budget);
    int position = 0;
    for (int count = 0; limit < 0 || count < limit; count++) {
      int index = TextSearch.indexOf(budget, text, part, position);
      if (index < 0) {
        break;
      }
      result.append(text.substring(position, index)).append(replacement);
      position = index + part.length();
      if (part.isEmpty()) {
        // An empty part matches before each character and at the end.
        if (position == text.length()) {
          break;
        }
        int point = text.codePointAt(position);
        result.appendPoint(point);
        position += Character.charCount(point);
      }
    }
    return result.append(text.substring(position)).build();
  }

  /// The part of a text that the second and third argument of a method select.
  private static Window window(Budget budget, String text, Args.Bound bound) {
    @Nullable Value start = bound.optional(1);
    @Nullable Value end = bound.optional(2);
    if (start == null && end == null) {
      return new Window(0, text.length(), true);
    }
    budget.scan(text.length());
    int length = CodePoints.length(text);
    int first = bound(start, 0, length);
    int last = Math.min(bound(end, length, length), length);
    boolean valid = first <= last;
    return valid
        ? new Window(CodePoints.offset(text, first), CodePoints.offset(text, last), true)
        : new Window(0, 0, false);
  }

  private static int bound(@Nullable Value value, int absent, int length) {
    if (value == null || value == Value.None.NONE) {
      return absent;
    }
    BigInteger number = Numbers.integerOrNull(value);
    if (number == null) {
      throw JinjaException.type("slice indices must be integers or None");
    }
    int index = Numbers.clamp(number);
    return index < 0 ? Math.max(index + length, 0) : index;
  }
}
