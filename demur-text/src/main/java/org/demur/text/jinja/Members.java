package org.demur.text.jinja;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The attributes and methods of Python's containers; what would change one is hidden.
final class Members {
  private static final Set<String> LIST_MUTATORS =
      Set.of("append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove");

  private static final Set<String> DICT_MUTATORS =
      Set.of("clear", "pop", "popitem", "setdefault", "update");

  private Members() {}

  static @Nullable Value ofDict(DictValue dict, String name) {
    if (DICT_MUTATORS.contains(name)) {
      return Undefined.unsafe(dict, name);
    }
    return switch (name) {
      case "keys" -> view(dict, DictView.Part.KEYS, name);
      case "values" -> view(dict, DictView.Part.VALUES, name);
      case "items" -> view(dict, DictView.Part.ITEMS, name);
      case "get" ->
          FunctionValue.method(
              name,
              (rendering, args) -> {
                Args.Bound bound = args.positionalOnly("get", 1, 2);
                Value value = dict.get(rendering.budget(), bound.required(0));
                return value == null ? bound.or(1, Value.None.NONE) : value;
              });
      case "copy" ->
          FunctionValue.method(
              name,
              (rendering, args) -> {
                args.positionalOnly("copy", 0, 0);
                return dict.copy(rendering.budget());
              });
      case "fromkeys" -> unsupported("dict.fromkeys");
      default -> null;
    };
  }

  private static FunctionValue view(DictValue dict, DictView.Part part, String name) {
    return FunctionValue.method(
        name,
        (rendering, args) -> {
          args.positionalOnly("dict." + name, 0, 0);
          return new DictView(dict, part);
        });
  }

  static FunctionValue unsupported(String name) {
    return FunctionValue.method(
        name,
        (rendering, args) -> {
          throw new JinjaException(
              ErrorKind.UNSUPPORTED, name + "() is not available in chat templates");
        });
  }

  static @Nullable Value ofList(ListValue list, String name) {
    if (LIST_MUTATORS.contains(name)) {
      return Undefined.unsafe(list, name);
    }
    if (name.equals("copy")) {
      return FunctionValue.method(
          name,
          (rendering, args) -> {
            args.positionalOnly("list.copy", 0, 0);
            return new ListValue(Iteration.list(rendering.budget(), list));
          });
    }
    return ofSequence(list, list.items(), name);
  }

  static @Nullable Value ofTuple(TupleValue tuple, String name) {
    if (tuple.group() && name.equals("grouper")) {
      return tuple.items().getFirst();
    }
    if (tuple.group() && name.equals("list")) {
      return tuple.items().getLast();
    }
    return ofSequence(tuple, tuple.items(), name);
  }

  static @Nullable Value ofRange(RangeValue range, String name) {
    return switch (name) {
      case "start" -> new Value.Int(range.start());
      case "stop" -> new Value.Int(range.stop());
      case "step" -> new Value.Int(range.step());
      default -> ofSequence(range, null, name);
    };
  }

  private static @Nullable Value ofSequence(
      Value sequence, @Nullable List<Value> items, String name) {
    return switch (name) {
      case "count" ->
          FunctionValue.method(
              name,
              (rendering, args) -> {
                Value wanted = args.positionalOnly("count", 1, 1).required(0);
                Budget budget = rendering.budget();
                return Value.Int.of(
                    elements(budget, sequence, items).stream()
                        .filter(item -> Comparison.same(budget, item, wanted))
                        .count());
              });
      case "index" ->
          FunctionValue.method(
              name, (rendering, args) -> indexOf(rendering.budget(), sequence, items, args));
      default -> null;
    };
  }

  private static List<Value> elements(Budget budget, Value sequence, @Nullable List<Value> items) {
    return items == null ? Iteration.list(budget, sequence) : items;
  }

  private static Value indexOf(
      Budget budget, Value sequence, @Nullable List<Value> items, Args args) {
    Args.Bound bound = args.positionalOnly("index", 1, 3);
    List<Value> all = elements(budget, sequence, items);
    int start = position(bound.or(1, Value.Int.of(0)), all.size());
    int end = position(bound.or(2, Value.Int.of(Integer.MAX_VALUE)), all.size());
    Value wanted = bound.required(0);
    for (int index = start; index < end; index++) {
      if (Comparison.same(budget, all.get(index), wanted)) {
        return Value.Int.of(index);
      }
    }
    throw JinjaException.value("the value is not in the " + sequence.typeName());
  }

  private static int position(Value value, int size) {
    int index = Numbers.index(value);
    return Math.clamp(index < 0 ? index + (long) size : index, 0, size);
  }

  static @Nullable Value ofCycler(CyclerValue cycler, String name) {
    return switch (name) {
      case "items" -> new TupleValue(cycler.items(), false);
      case "pos" -> Value.Int.of(cycler.position());
      case "current" -> cycler.current();
      case "next" ->
          FunctionValue.method(
              name,
              (rendering, args) -> {
                args.positionalOnly("next", 0, 0);
                return cycler.next();
              });
      case "reset" ->
          FunctionValue.method(
              name,
              (rendering, args) -> {
                args.positionalOnly("reset", 0, 0);
                cycler.reset();
                return Value.None.NONE;
              });
      default -> null;
    };
  }
}
