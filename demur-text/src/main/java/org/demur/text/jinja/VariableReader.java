package org.demur.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Turns JSON-like Java values into values of a template.
final class VariableReader {
  private final Budget budget;

  VariableReader(Budget budget) {
    this.budget = budget;
  }

  /// Copies variables.
  ///
  /// @throws JinjaException for values that JSON does not have, and for structures that are too
  ///   deep (which a structure that contains itself is) or too large
  Map<String, Value> read(Map<String, ? extends @Nullable Object> variables) {
    Map<String, Value> values = new LinkedHashMap<>();
    variables.forEach((name, value) -> values.put(name, value(name, value)));
    return values;
  }

  private Value value(String variable, @Nullable Object value) {
    budget.step();
    return switch (value) {
      case null -> Value.None.NONE;
      case String text -> {
        budget.text(text.length());
        yield Str.of(text);
      }
      case Boolean bool -> Value.Bool.of(bool);
      case BigInteger number -> Numbers.checkSize(number);
      case Double number -> new Value.Real(number);
      case Float number -> new Value.Real(number);
      case BigDecimal number -> new Value.Real(number.doubleValue());
      case Number number
          when number instanceof Long
              || number instanceof Integer
              || number instanceof Short
              || number instanceof Byte ->
          Value.Int.of(number.longValue());
      case List<?> list -> list(variable, list);
      case Map<?, ?> map -> dict(variable, map);
      default ->
          throw JinjaException.type(
              "the variable %s holds a %s, which is no JSON value"
                  .formatted(Undefined.quoted(variable), value.getClass().getName()));
    };
  }

  private Value list(String variable, List<?> list) {
    budget.enter();
    try {
      budget.slots(list.size());
      List<Value> items = new ArrayList<>(list.size());
      for (Object item : list) {
        items.add(value(variable, item));
      }
      return new ListValue(items);
    } finally {
      budget.exit();
    }
  }

  private Value dict(String variable, Map<?, ?> map) {
    budget.enter();
    try {
      DictValue dict = new DictValue();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (!(entry.getKey() instanceof String key)) {
          throw JinjaException.type(
              "the variable %s holds a map with a key that is no string"
                  .formatted(Undefined.quoted(variable)));
        }
        dict.put(budget, Str.of(key), value(variable, entry.getValue()));
      }
      return dict;
    } finally {
      budget.exit();
    }
  }
}
