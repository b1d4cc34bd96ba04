package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The methods of `str` that take a text apart or put one together.
final class StrParts {
  private StrParts() {}

  static Value strip(Rendering rendering, Str self, Args args) {
    return strip(rendering.budget(), "strip", self, args, true, true);
  }

  static Value stripLeft(Rendering rendering, Str self, Args args) {
    return strip(rendering.budget(), "lstrip", self, args, true, false);
  }

  static Value stripRight(Rendering rendering, Str self, Args args) {
    return strip(rendering.budget(), "rstrip", self, args, false, true);
  }

  private static Value strip(
      Budget budget, String method, Str self, Args args, boolean left, boolean right) {
    Value chars = args.positionalOnly("str." + method, 0, 1).optional(0);
    return self.like(strip(budget, method, self.text(), chars, left, right));
  }

  /// Removes the given characters, or white space, from the ends.
  static String strip(
      Budget budget,
      String method,
      String text,
      @Nullable Value chars,
      boolean left,
      boolean right) {
    IntPredicate removed = CharClass::isSpace;
    if (chars != null && chars != Value.None.NONE) {
      String set = StrMethods.text(method, chars);
      budget.slots(set.length());
      Set<Integer> points = set.codePoints().boxed().collect(Collectors.toSet());
      removed = points::contains;
    }
    int start = 0;
    int end = text.length();
    while (left && start < end && removed.test(text.codePointAt(start))) {
      start += Character.charCount(text.codePointAt(start));
      budget.step();
    }
    while (right && end > start && removed.test(text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
      budget.step();
    }
    budget.text(end - (long) start);
    return text.substring(start, end);
  }

  static Value split(Rendering rendering, Str self, Args args) {
    Args.Bound bound = args.bind("split", 0, "sep", "maxsplit");
    return split(rendering.budget(), self, bound.optional(0), limit(bound.optional(1)), false);
  }

  static Value splitFromRight(Rendering rendering, Str self, Args args) {
    Args.Bound bound = args.bind("rsplit", 0, "sep", "maxsplit");
    return split(rendering.budget(), self, bound.optional(0), limit(bound.optional(1)), true);
  }

  private static int limit(@Nullable Value value) {
    return value == null ? -1 : Numbers.index(value);
  }

  private static ListValue split(
      Budget budget, Str self, @Nullable Value separator, int limit, boolean fromRight) {
    String text = self.text();
    if (separator == null || separator == Value.None.NONE) {
      return list(
          self,
          fromRight
              ? Splitting.onSpaceFromRight(budget, text, limit)
              : Splitting.onSpace(budget, text, limit));
    }
    String part = StrMethods.text("split", separator);
    return list(
        self,
        fromRight
            ? Splitting.onFromRight(budget, text, part, limit)
            : Splitting.on(budget, text, part, limit));
  }

  static Value lines(Rendering rendering, Str self, Args args) {
    Value keepEnds = args.bind("splitlines", 0, "keepends").or(0, Value.Bool.FALSE);
    if (keepEnds instanceof Undefined) {
      Numbers.integer(keepEnds);
    }
    return list(self, Splitting.lines(rendering.budget(), self.text(), Iteration.isTrue(keepEnds)));
  }

  private static ListValue list(Str self, List<String> parts) {
    List<Value> items = new ArrayList<>(parts.size());
    for (String part : parts) {
      items.add(self.like(part));
    }
    return new ListValue(items);
  }

  static Value partition(Rendering rendering, Str self, Args args) {
    String separator =
        StrMethods.text("partition", args.positionalOnly("partition", 1, 1).required(0));
    Splitting.requireSeparator(separator);
    int index = TextSearch.indexOf(rendering.budget(), self.text(), separator, 0);
    return index < 0
        ? TupleValue.of(self, self.like(""), self.like(""))
        : parts(rendering.budget(), self, separator, index);
  }

  static Value partitionLast(Rendering rendering, Str self, Args args) {
    String separator =
        StrMethods.text("rpartition", args.positionalOnly("rpartition", 1, 1).required(0));
    Splitting.requireSeparator(separator);
    int length = self.text().length();
    int index = TextSearch.lastIndexOf(rendering.budget(), self.text(), separator, length);
    return index < 0
        ? TupleValue.of(self.like(""), self.like(""), self)
        : parts(rendering.budget(), self, separator, index);
  }

  private static TupleValue parts(Budget budget, Str self, String separator, int index) {
    budget.text(self.text().length());
    return TupleValue.of(
        self.like(self.text().substring(0, index)),
        self.like(separator),
        self.like(self.text().substring(index + separator.length())));
  }

  static Value removePrefix(Rendering rendering, Str self, Args args) {
    Value prefix = args.positionalOnly("removeprefix", 1, 1).required(0);
    String part = StrMethods.text("removeprefix", prefix);
    rendering.budget().text(self.text().length());
    return self.text().startsWith(part) ? self.like(self.text().substring(part.length())) : self;
  }

  static Value removeSuffix(Rendering rendering, Str self, Args args) {
    Value suffix = args.positionalOnly("removesuffix", 1, 1).required(0);
    String part = StrMethods.text("removesuffix", suffix);
    rendering.budget().text(self.text().length());
    return self.text().endsWith(part)
        ? self.like(self.text().substring(0, self.text().length() - part.length()))
        : self;
  }

  static Value join(Rendering rendering, Str self, Args args) {
    Budget budget = rendering.budget();
    Value parts = args.positionalOnly("join", 1, 1).required(0);
    Iterator<Value> elements = Iteration.iterator(budget, parts);
    TextBuilder result = new TextBuilder(budget);
    for (int index = 0; elements.hasNext(); index++) {
      Value element = elements.next();
      if (index > 0) {
        result.append(self.text());
      }
      if (self.markup()) {
        boolean safe = element instanceof Str value && value.markup();
        String text = PythonText.str(budget, element);
        result.append(safe ? text : Html.escape(budget, text));
      } else if (element instanceof Str text) {
        result.append(text.text());
      } else {
        throw JinjaException.type(
            "sequence item %d: expected str instance, %s found"
                .formatted(index, element.typeName()));
      }
    }
    return self.like(result.build());
  }
}
