package org.demur.text.jinja;

import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The methods of Python's `str`.
final class StrMethods {
  /// A method with its object still open.
  @FunctionalInterface
  interface Method {
    Value call(Rendering rendering, Str self, Args args);
  }

  /// A change of a text that needs nothing but the text.
  @FunctionalInterface
  private interface Change {
    String apply(Budget budget, String text);
  }

  private static final Map<String, Method> METHODS =
      Map.ofEntries(
          Map.entry("capitalize", change("capitalize", StrCase::capitalize)),
          Map.entry("casefold", change("casefold", StrCase::fold)),
          Map.entry("center", StrPadding::center),
          Map.entry("count", StrSearch::count),
          Map.entry("encode", unsupported("encode")),
          Map.entry("endswith", StrSearch::endsWith),
          Map.entry("expandtabs", StrPadding::expandTabs),
          Map.entry("find", StrSearch::find),
          Map.entry("format", BraceFormat::format),
          Map.entry("format_map", StrMethods::formatMap),
          Map.entry("index", StrSearch::index),
          Map.entry("join", StrParts::join),
          Map.entry("ljust", StrPadding::alignLeft),
          Map.entry("lower", change("lower", StrCase::lower)),
          Map.entry("lstrip", StrParts::stripLeft),
          Map.entry("maketrans", unsupported("maketrans")),
          Map.entry("partition", StrParts::partition),
          Map.entry("removeprefix", StrParts::removePrefix),
          Map.entry("removesuffix", StrParts::removeSuffix),
          Map.entry("replace", StrSearch::replace),
          Map.entry("rfind", StrSearch::findLast),
          Map.entry("rindex", StrSearch::indexLast),
          Map.entry("rjust", StrPadding::alignRight),
          Map.entry("rpartition", StrParts::partitionLast),
          Map.entry("rsplit", StrParts::splitFromRight),
          Map.entry("rstrip", StrParts::stripRight),
          Map.entry("split", StrParts::split),
          Map.entry("splitlines", StrParts::lines),
          Map.entry("startswith", StrSearch::startsWith),
          Map.entry("strip", StrParts::strip),
          Map.entry("swapcase", change("swapcase", StrCase::swap)),
          Map.entry("title", change("title", StrCase::title)),
          Map.entry("translate", unsupported("translate")),
          Map.entry("upper", change("upper", StrCase::upper)),
          Map.entry("zfill", StrPadding::zeroFill));

  private StrMethods() {}

  /// The bound method of that name, or null.
  static @Nullable FunctionValue find(Str self, String name) {
    Predicate<String> test = StrTests.find(name);
    if (test != null) {
      return FunctionValue.method(
          name,
          (rendering, args) -> {
            args.positionalOnly("str." + name, 0, 0);
            rendering.budget().scan(self.text().length());
            return Value.Bool.of(test.test(self.text()));
          });
    }
    Method method = METHODS.get(name);
    return method == null
        ? null
        : FunctionValue.method(name, (rendering, args) -> method.call(rendering, self, args));
  }

  private static Method change(String name, Change change) {
    return (rendering, self, args) -> {
      args.positionalOnly("str." + name, 0, 0);
      return self.like(change.apply(rendering.budget(), self.text()));
    };
  }

  private static Method unsupported(String name) {
    return (rendering, self, args) -> {
      throw new JinjaException(
          ErrorKind.UNSUPPORTED, "str." + name + "() is not available in chat templates");
    };
  }

  private static Value formatMap(Rendering rendering, Str self, Args args) {
    Value mapping = args.positionalOnly("format_map", 1, 1).required(0);
    if (!(mapping instanceof DictValue dict)) {
      throw JinjaException.type("format_map() argument must be a mapping");
    }
    return BraceFormat.format(
        rendering,
        self,
        new Args(java.util.List.of(), Arguments.keywords(rendering.budget(), dict)));
  }

  /// An argument that must be a text.
  static String text(String method, Value value) {
    if (value instanceof Str text) {
      return text.text();
    }
    throw JinjaException.type(
        "%s() argument must be str, not %s".formatted(method, value.typeName()));
  }
}
