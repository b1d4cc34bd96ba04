package org.demur.text.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// The functions that every template can call.
final class Globals {
  private static final Map<String, Value> FUNCTIONS =
      Map.of(
          "range", FunctionValue.function("range", Globals::range),
          "dict", FunctionValue.type("dict", Globals::dict),
          "namespace",
              FunctionValue.type(
                  "jinja2.utils.Namespace",
                  (rendering, args) -> new NamespaceValue(dict(rendering, args))),
          "cycler", FunctionValue.type("jinja2.utils.Cycler", Globals::cycler),
          "joiner",
              FunctionValue.type(
                  "jinja2.utils.Joiner",
                  (rendering, args) ->
                      new JoinerValue(args.bind("joiner", 0, "sep").or(0, Str.of(", ")))),
          "lipsum", FunctionValue.function("lipsum", Globals::lipsum),
          "raise_exception", FunctionValue.function("raise_exception", Globals::raise),
          "strftime_now", FunctionValue.function("strftime_now", Globals::now));

  private Globals() {}

  static Map<String, Value> all() {
    return FUNCTIONS;
  }

  private static Value range(Rendering rendering, Args args) {
    Args.Bound bound = args.positionalOnly("range", 1, 3);
    Value first = bound.required(0);
    Value second = bound.optional(1);
    return second == null
        ? RangeValue.of(java.math.BigInteger.ZERO, Numbers.integer(first), java.math.BigInteger.ONE)
        : RangeValue.of(
            Numbers.integer(first),
            Numbers.integer(second),
            Numbers.integer(bound.or(2, Value.Int.of(1))));
  }

  private static DictValue dict(Rendering rendering, Args args) {
    Budget budget = rendering.budget();
    DictValue dict = new DictValue();
    budget.slots(1);
    if (args.positional().size() > 1) {
      throw JinjaException.type(
          "dict expected at most 1 argument, got " + args.positional().size());
    }
    for (Value source : args.positional()) {
      fill(budget, dict, source);
    }
    args.named().forEach((name, value) -> dict.put(budget, Str.of(name), value));
    return dict;
  }

  private static void fill(Budget budget, DictValue dict, Value source) {
    if (source instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (source instanceof DictValue other) {
      other.entries().forEach(entry -> dict.put(budget, entry.key(), entry.value()));
      return;
    }
    Iterator<Value> pairs = Iteration.iterator(budget, source);
    while (pairs.hasNext()) {
      List<Value> pair = Iteration.list(budget, pairs.next());
      if (pair.size() != 2) {
        throw JinjaException.value(
            "dictionary update sequence element has length %d; 2 is required"
                .formatted(pair.size()));
      }
      dict.put(budget, pair.getFirst(), pair.getLast());
    }
  }

  private static Value cycler(Rendering rendering, Args args) {
    if (!args.named().isEmpty()) {
      throw JinjaException.type("cycler() takes no keyword arguments");
    }
    return new CyclerValue(args.positional());
  }

  private static Value lipsum(Rendering rendering, Args args) {
    throw new JinjaException(
        ErrorKind.UNSUPPORTED, "lipsum() is random, so it is not available in chat templates");
  }

  private static Value raise(Rendering rendering, Args args) {
    Value message = args.bind("raise_exception", 1, "message").required(0);
    throw new JinjaException(ErrorKind.RAISED, PythonText.str(rendering.budget(), message));
  }

  private static Value now(Rendering rendering, Args args) {
    Value format = args.bind("strftime_now", 1, "format").required(0);
    if (!(format instanceof Str text)) {
      throw JinjaException.type("strftime() argument 1 must be str, not " + format.typeName());
    }
    return Str.of(Strftime.format(rendering.budget(), rendering.now(), text.text()));
  }
}
