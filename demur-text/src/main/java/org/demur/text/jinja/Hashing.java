package org.demur.text.jinja;

import java.math.BigDecimal;

/// Turns a value into a key for a Java map such that keys are equal when Python's are.
final class Hashing {
  /// A tuple as a key: its elements, written so that different tuples differ.
  private record TupleKey(String encoded) implements Comparable<TupleKey> {
    @Override
    public int compareTo(TupleKey other) {
      return encoded.compareTo(other.encoded);
    }
  }

  private enum UndefinedKey {
    UNDEFINED
  }

  private Hashing() {}

  /// The key of a value.
  ///
  /// @throws JinjaException `TypeError` for values that Python cannot hash
  static Object key(Budget budget, Value value) {
    return switch (value) {
      case Str text -> {
        budget.scan(text.text().length());
        yield text.text();
      }
      case Value.Bool bool -> Numbers.integer(bool);
      case Value.Int number -> number.value();
      case Value.Real real -> key(real.value());
      case Undefined undefined -> UndefinedKey.UNDEFINED;
      case TupleValue tuple -> {
        StringBuilder encoded = new StringBuilder();
        encode(budget, tuple, encoded);
        yield new TupleKey(encoded.toString());
      }
      case ListValue list -> throw unhashable(list);
      case DictValue dict -> throw unhashable(dict);
      case DictView view when view.part() != DictView.Part.VALUES -> throw unhashable(view);
      default -> value;
    };
  }

  private static Object key(double number) {
    boolean whole = Double.isFinite(number) && Math.rint(number) == number;
    return whole ? new BigDecimal(number).toBigIntegerExact() : (Object) number;
  }

  private static void encode(Budget budget, Value value, StringBuilder encoded) {
    if (!(value instanceof TupleValue tuple)) {
      Object key = key(budget, value);
      String text = key instanceof Value ? "@" + System.identityHashCode(key) : key.toString();
      budget.text(text.length());
      budget.checkLength(encoded.length() + (long) text.length());
      encoded.append(key.getClass().getSimpleName()).append(text.length()).append(':').append(text);
      return;
    }
    budget.enter();
    try {
      encoded.append('(');
      for (Value item : tuple.items()) {
        budget.step();
        encode(budget, item, encoded);
      }
      encoded.append(')');
    } finally {
      budget.exit();
    }
  }

  private static JinjaException unhashable(Value value) {
    return JinjaException.type("unhashable type: '" + value.typeName() + "'");
  }
}
