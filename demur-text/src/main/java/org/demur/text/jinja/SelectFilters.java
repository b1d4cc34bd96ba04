package org.demur.text.jinja;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The filters that apply another filter or a test to each element; all of them are lazy.
final class SelectFilters {
  private SelectFilters() {}

  static void addTo(Map<String, Filters.Filter> filters) {
    filters.put("map", SelectFilters::map);
    filters.put("select", (r, input, args) -> select(r, input, args, true, false));
    filters.put("reject", (r, input, args) -> select(r, input, args, false, false));
    filters.put("selectattr", (r, input, args) -> select(r, input, args, true, true));
    filters.put("rejectattr", (r, input, args) -> select(r, input, args, false, true));
  }

  private static Value map(Rendering rendering, Value input, Args args) {
    return Lazy.generator(
        "sync_do_map",
        () -> {
          if (!Iteration.isTrue(input)) {
            return Collections.emptyIterator();
          }
          Function<Value, Value> change = change(rendering, args);
          Iterator<Value> elements = Iteration.iterator(rendering.budget(), input);
          return new Lazy.Elements() {
            @Override
            @Nullable Value compute() {
              return elements.hasNext() ? change.apply(elements.next()) : null;
            }
          };
        });
  }

  private static Function<Value, Value> change(Rendering rendering, Args args) {
    if (args.positional().isEmpty() && args.named().containsKey("attribute")) {
      SequencedMap<String, Value> rest = new LinkedHashMap<>(args.named());
      Value attribute = args.named().getOrDefault("attribute", Value.None.NONE);
      rest.remove("attribute");
      Value fallback = rest.remove("default");
      if (!rest.isEmpty()) {
        throw new JinjaException(
            ErrorKind.FILTER_ARGUMENT,
            "Unexpected keyword argument " + Undefined.quoted(rest.firstEntry().getKey()));
      }
      return AttributePath.getter(
          rendering, attribute, fallback == Value.None.NONE ? null : fallback);
    }
    if (args.positional().isEmpty()) {
      throw new JinjaException(ErrorKind.FILTER_ARGUMENT, "map requires a filter argument");
    }
    Value name = args.positional().getFirst();
    Args rest = without(args, 1);
    return value -> Filters.applyNamed(rendering, name, value, rest);
  }

  private static Args without(Args args, int count) {
    List<Value> positional = args.positional();
    return new Args(List.copyOf(positional.subList(count, positional.size())), args.named());
  }

  private static Value select(
      Rendering rendering, Value input, Args args, boolean wanted, boolean byAttribute) {
    return Lazy.generator(
        "select_or_reject",
        () -> {
          if (!Iteration.isTrue(input)) {
            return Collections.emptyIterator();
          }
          Predicate<Value> test = test(rendering, args, byAttribute);
          Iterator<Value> elements = Iteration.iterator(rendering.budget(), input);
          return new Lazy.Elements() {
            @Override
            @Nullable Value compute() {
              while (elements.hasNext()) {
                Value element = elements.next();
                if (test.test(element) == wanted) {
                  return element;
                }
              }
              return null;
            }
          };
        });
  }

  private static Predicate<Value> test(Rendering rendering, Args args, boolean byAttribute) {
    List<Value> positional = args.positional();
    Function<Value, Value> subject = Function.identity();
    if (byAttribute) {
      if (positional.isEmpty()) {
        throw new JinjaException(ErrorKind.FILTER_ARGUMENT, "Missing parameter for attribute name");
      }
      subject = AttributePath.getter(rendering, positional.getFirst(), null);
    }
    Function<Value, Value> tested = subject;
    int skipped = byAttribute ? 1 : 0;
    if (positional.size() <= skipped) {
      return value -> Iteration.isTrue(tested.apply(value));
    }
    Value name = positional.get(skipped);
    Args rest = without(args, skipped + 1);
    return value -> Tests.applyNamed(rendering, name, tested.apply(value), rest);
  }
}
