package org.demur.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// The tests behind `is`, by name.
///
/// Source: `jinja2/tests.py` 3.1.6.
final class Tests {
  /// What a test asks of its input and the arguments in the template.
  @FunctionalInterface
  private interface Test {
    boolean apply(Rendering rendering, Value input, Args args);
  }

  /// A test with one argument.
  @FunctionalInterface
  private interface Relation {
    boolean holds(Budget budget, Value input, Value argument);
  }

  private static final Map<String, Test> ALL = all();

  private Tests() {}

  private static Map<String, Test> all() {
    Map<String, Test> tests = new HashMap<>();
    tests.put("defined", plain("defined", value -> !(value instanceof Undefined)));
    tests.put("undefined", plain("undefined", Undefined.class::isInstance));
    tests.put("none", plain("none", value -> value == Value.None.NONE));
    tests.put("boolean", plain("boolean", Value.Bool.class::isInstance));
    tests.put("true", plain("true", value -> value == Value.Bool.TRUE));
    tests.put("false", plain("false", value -> value == Value.Bool.FALSE));
    tests.put("integer", plain("integer", Value.Int.class::isInstance));
    tests.put("float", plain("float", Value.Real.class::isInstance));
    tests.put("number", plain("number", Numbers::isNumber));
    tests.put("string", plain("string", Str.class::isInstance));
    tests.put("mapping", plain("mapping", DictValue.class::isInstance));
    tests.put("sequence", plain("sequence", Tests::isSequence));
    tests.put(
        "callable",
        plain("callable", value -> value instanceof Undefined || value instanceof Callable));
    tests.put("escaped", plain("escaped", value -> value instanceof Str text && text.markup()));
    tests.put("iterable", Tests::isIterable);
    tests.put("lower", cased("lower", StrTests::isLower));
    tests.put("upper", cased("upper", StrTests::isUpper));
    tests.put("odd", (rendering, input, args) -> isRemainder(rendering, input, args, "odd", 1));
    tests.put("even", (rendering, input, args) -> isRemainder(rendering, input, args, "even", 0));
    tests.put("divisibleby", Tests::isDivisible);
    tests.put("filter", (rendering, name, args) -> isKnown(rendering, name, args, "filter"));
    tests.put("test", (rendering, name, args) -> isKnown(rendering, name, args, "test"));
    tests.put("sameas", relation("sameas", Tests::isSame));
    tests.put(
        "in", relation("in", (budget, value, seq) -> Comparison.contains(budget, seq, value)));
    addComparisons(tests);
    return Map.copyOf(tests);
  }

  private static void addComparisons(Map<String, Test> tests) {
    add(tests, Comparison::equal, "==", "eq", "equalto");
    add(tests, (budget, left, right) -> !Comparison.equal(budget, left, right), "!=", "ne");
    add(tests, order(Comparison.Order.GREATER), ">", "gt", "greaterthan");
    add(tests, order(Comparison.Order.GREATER_OR_EQUAL), ">=", "ge");
    add(tests, order(Comparison.Order.LESS), "<", "lt", "lessthan");
    add(tests, order(Comparison.Order.LESS_OR_EQUAL), "<=", "le");
  }

  private static void add(Map<String, Test> tests, Relation relation, String... names) {
    for (String name : names) {
      tests.put(name, relation(name, relation));
    }
  }

  private static Relation order(Comparison.Order order) {
    return (budget, left, right) -> Comparison.test(budget, order, left, right);
  }

  private static Test plain(String name, Predicate<Value> predicate) {
    return (rendering, input, args) -> {
      args.bind(name, 0);
      return predicate.test(input);
    };
  }

  private static Test relation(String name, Relation relation) {
    return (rendering, input, args) ->
        relation.holds(rendering.budget(), input, args.positionalOnly(name, 1, 1).required(0));
  }

  private static Test cased(String name, Predicate<String> predicate) {
    return (rendering, input, args) -> {
      args.bind(name, 0);
      String text = PythonText.str(rendering.budget(), input);
      rendering.budget().scan(text.length());
      return predicate.test(text);
    };
  }

  private static boolean isSequence(Value value) {
    return switch (value) {
      case Str text -> true;
      case ListValue list -> true;
      case TupleValue tuple -> true;
      case DictValue dict -> true;
      case RangeValue range -> true;
      case Undefined undefined -> true;
      default -> false;
    };
  }

  private static boolean isIterable(Rendering rendering, Value value, Args args) {
    args.bind("iterable", 0);
    return Iteration.iteratorOrNull(rendering.budget(), value) != null;
  }

  private static boolean isRemainder(
      Rendering rendering, Value value, Args args, String name, int remainder) {
    args.bind(name, 0);
    return isRemainder(rendering, value, Value.Int.of(2), remainder);
  }

  private static boolean isDivisible(Rendering rendering, Value value, Args args) {
    return isRemainder(rendering, value, args.bind("divisibleby", 1, "num").required(0), 0);
  }

  private static boolean isRemainder(
      Rendering rendering, Value value, Value divisor, int remainder) {
    Value result = Operators.apply(rendering, Operators.Binary.MODULO, value, divisor);
    return Comparison.equal(rendering.budget(), result, Value.Int.of(remainder));
  }

  private static boolean isKnown(Rendering rendering, Value name, Args args, String what) {
    args.bind(what, 0);
    if (!(name instanceof Str text)) {
      Hashing.key(rendering.budget(), name);
      return false;
    }
    return what.equals("filter") ? Filters.exists(text.text()) : exists(text.text());
  }

  /// Python's `is`: small integers are the same object, other numbers and texts are told apart only
  /// by where they come from.
  private static boolean isSame(Budget budget, Value left, Value right) {
    if (left instanceof Value.Int first && right instanceof Value.Int second) {
      return first.value().equals(second.value()) && first.value().bitLength() <= 8;
    }
    return Comparison.identical(left, right);
  }

  static boolean exists(String name) {
    return ALL.containsKey(name);
  }

  static Set<String> names() {
    return ALL.keySet();
  }

  /// Applies a test.
  ///
  /// @throws JinjaException `TemplateRuntimeError` when there is none of that name, and what the
  ///   test throws
  static boolean apply(Rendering rendering, String name, Value input, Args args) {
    Test test = ALL.get(name);
    if (test == null) {
      throw new JinjaException(
          ErrorKind.TEMPLATE_RUNTIME, "No test named %s.".formatted(Undefined.quoted(name)));
    }
    return test.apply(rendering, input, args);
  }

  /// Applies the test whose name a template computed.
  static boolean applyNamed(Rendering rendering, Value name, Value input, Args args) {
    if (name instanceof Str text) {
      return apply(rendering, text.text(), input, args);
    }
    Hashing.key(rendering.budget(), name);
    throw new JinjaException(
        ErrorKind.TEMPLATE_RUNTIME, "No test named by a %s.".formatted(name.typeName()));
  }
}
