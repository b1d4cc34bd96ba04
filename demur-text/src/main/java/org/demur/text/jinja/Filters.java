package org.demur.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// The filters, by name.
///
/// Source: `jinja2/filters.py` 3.1.6; `tojson` is that of transformers.
final class Filters {
  /// What a filter does with its input and the arguments in the template.
  @FunctionalInterface
  interface Filter {
    Value apply(Rendering rendering, Value input, Args args);
  }

  private static final Map<String, Filter> ALL = all();

  private Filters() {}

  private static Map<String, Filter> all() {
    Map<String, Filter> filters = new HashMap<>();
    TextFilters.addTo(filters);
    LayoutFilters.addTo(filters);
    NumberFilters.addTo(filters);
    SequenceFilters.addTo(filters);
    OrderFilters.addTo(filters);
    SelectFilters.addTo(filters);
    filters.put("tojson", JsonDumps::toJson);
    filters.put("pprint", PrettyPrint::apply);
    for (String name : new String[] {"random", "urlize"}) {
      filters.put(name, unsupported(name));
    }
    return Map.copyOf(filters);
  }

  private static Filter unsupported(String name) {
    return (rendering, input, args) -> {
      throw new JinjaException(
          ErrorKind.UNSUPPORTED,
          "the filter '%s' is not available in chat templates".formatted(name));
    };
  }

  static boolean exists(String name) {
    return ALL.containsKey(name);
  }

  static Set<String> names() {
    return ALL.keySet();
  }

  /// Applies a filter.
  ///
  /// @throws JinjaException `TemplateRuntimeError` when there is none of that name, and what the
  ///   filter throws
  static Value apply(Rendering rendering, String name, Value input, Args args) {
    Filter filter = ALL.get(name);
    if (filter == null) {
      throw new JinjaException(
          ErrorKind.TEMPLATE_RUNTIME, "No filter named %s.".formatted(Undefined.quoted(name)));
    }
    return filter.apply(rendering, input, args);
  }

  /// Applies the filter whose name a template computed.
  static Value applyNamed(Rendering rendering, Value name, Value input, Args args) {
    if (name instanceof Str text) {
      return apply(rendering, text.text(), input, args);
    }
    Hashing.key(rendering.budget(), name);
    throw new JinjaException(
        ErrorKind.TEMPLATE_RUNTIME, "No filter named by a %s.".formatted(name.typeName()));
  }
}
