package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The filters that order, group or compare the elements of a sequence.
final class OrderFilters {
  private OrderFilters() {}

  static void addTo(Map<String, Filters.Filter> filters) {
    filters.put("dictsort", OrderFilters::sortDict);
    filters.put("groupby", OrderFilters::groupBy);
    filters.put("max", (r, input, args) -> extreme(r, input, args, Comparison.Order.GREATER));
    filters.put("min", (r, input, args) -> extreme(r, input, args, Comparison.Order.LESS));
    filters.put("sort", OrderFilters::sort);
    filters.put("unique", OrderFilters::unique);
  }

  /// Texts in lower case, unless case matters.
  private static Function<Value, Value> folding(Rendering rendering, Value caseSensitive) {
    boolean asIs = Iteration.isTrue(caseSensitive);
    return value ->
        value instanceof Str text && !asIs
            ? text.like(StrCase.lower(rendering.budget(), text.text()))
            : value;
  }

  private static List<Value> keys(List<Value> items, Function<Value, Value> key) {
    List<Value> keys = new ArrayList<>(items.size());
    items.forEach(item -> keys.add(key.apply(item)));
    return keys;
  }

  private static Value sort(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("sort", 0, "reverse", "case_sensitive", "attribute");
    Function<Value, Value> key =
        AttributePath.listGetter(
            rendering,
            bound.or(2, Value.None.NONE),
            folding(rendering, bound.or(1, Value.Bool.FALSE)));
    List<Value> items = Iteration.list(rendering.budget(), input);
    boolean reverse = Iteration.isTrue(bound.or(0, Value.Bool.FALSE));
    return new ListValue(Sorting.sorted(rendering.budget(), items, keys(items, key), reverse));
  }

  private static Value sortDict(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("dictsort", 0, "case_sensitive", "by", "reverse");
    String by = bound.or(1, Str.of("key")) instanceof Str text ? text.text() : "";
    if (!by.equals("key") && !by.equals("value")) {
      throw new JinjaException(
          ErrorKind.FILTER_ARGUMENT, "You can only sort by either \"key\" or \"value\"");
    }
    if (input instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (!(input instanceof DictValue dict)) {
      throw new JinjaException(
          ErrorKind.ATTRIBUTE, "'%s' object has no attribute 'items'".formatted(input.typeName()));
    }
    Function<Value, Value> fold = folding(rendering, bound.or(0, Value.Bool.FALSE));
    List<Value> pairs = new ArrayList<>();
    List<Value> keys = new ArrayList<>();
    for (DictValue.Entry entry : dict.entries()) {
      pairs.add(TupleValue.of(entry.key(), entry.value()));
      keys.add(fold.apply(by.equals("key") ? entry.key() : entry.value()));
    }
    boolean reverse = Iteration.isTrue(bound.or(2, Value.Bool.FALSE));
    return new ListValue(Sorting.sorted(rendering.budget(), pairs, keys, reverse));
  }

  private static Value groupBy(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("groupby", 1, "attribute", "default", "case_sensitive");
    Budget budget = rendering.budget();
    Value fallback = bound.or(1, Value.None.NONE);
    Function<Value, Value> getter =
        AttributePath.getter(
            rendering, bound.required(0), fallback == Value.None.NONE ? null : fallback);
    Function<Value, Value> key = getter.andThen(folding(rendering, bound.or(2, Value.Bool.FALSE)));
    List<Value> items = Iteration.list(budget, input);
    List<Value> sorted = Sorting.sorted(budget, items, keys(items, key), false);
    List<Value> groups = new ArrayList<>();
    List<Value> group = new ArrayList<>();
    @Nullable Value groupKey = null;
    for (Value item : sorted) {
      Value itemKey = key.apply(item);
      boolean sameGroup = groupKey != null && Comparison.same(budget, groupKey, itemKey);
      if (!sameGroup) {
        group = new ArrayList<>();
        groupKey = itemKey;
        budget.slots(3);
        groups.add(new TupleValue(List.of(getter.apply(item), new ListValue(group)), true));
      }
      group.add(item);
    }
    return new ListValue(groups);
  }

  private static Value extreme(
      Rendering rendering, Value input, Args args, Comparison.Order order) {
    Args.Bound bound = args.bind("min or max", 0, "case_sensitive", "attribute");
    Budget budget = rendering.budget();
    Iterator<Value> elements = Iteration.iterator(budget, input);
    if (!elements.hasNext()) {
      return Undefined.because("No aggregated item, sequence was empty.");
    }
    Function<Value, Value> key =
        AttributePath.getter(rendering, bound.or(1, Value.None.NONE), null)
            .andThen(folding(rendering, bound.or(0, Value.Bool.FALSE)));
    Value best = elements.next();
    Value bestKey = key.apply(best);
    while (elements.hasNext()) {
      Value next = elements.next();
      Value nextKey = key.apply(next);
      if (Comparison.test(budget, order, nextKey, bestKey)) {
        best = next;
        bestKey = nextKey;
      }
    }
    return best;
  }

  private static Value unique(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("unique", 0, "case_sensitive", "attribute");
    Budget budget = rendering.budget();
    return Lazy.generator(
        "sync_do_unique",
        () -> {
          Function<Value, Value> key =
              AttributePath.getter(rendering, bound.or(1, Value.None.NONE), null)
                  .andThen(folding(rendering, bound.or(0, Value.Bool.FALSE)));
          Iterator<Value> elements = Iteration.iterator(budget, input);
          Set<Object> seen = new HashSet<>();
          return new Lazy.Elements() {
            @Override
            @Nullable Value compute() {
              while (elements.hasNext()) {
                Value element = elements.next();
                budget.slots(1);
                if (seen.add(Hashing.key(budget, key.apply(element)))) {
                  return element;
                }
              }
              return null;
            }
          };
        });
  }
}
