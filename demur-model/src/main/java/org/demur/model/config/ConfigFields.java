package org.demur.model.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;

/// Typed access to the fields of a model configuration, which collects everything that is wrong.
///
/// A wrong or missing value gets a harmless stand-in, so that reading goes on; [#finish] then
/// reports all problems in one message.
public final class ConfigFields {
  private final String place;
  private final Map<String, Object> values;
  private final List<String> problems;

  /// Wraps parsed JSON.
  ///
  /// @param place file, and field within it, for messages
  /// @param values the fields; nested maps and lists are as JSON has them
  public ConfigFields(String place, Map<String, Object> values) {
    this(place, values, new ArrayList<>());
  }

  private ConfigFields(String place, Map<String, Object> values, List<String> problems) {
    this.place = place;
    this.values = values;
    this.problems = problems;
  }

  /// File, and field within it, that these fields come from.
  public String place() {
    return place;
  }

  /// Whether a field is there and not null.
  public boolean has(String key) {
    return values.get(key) != null;
  }

  /// Notes a problem that [#finish] will report.
  public void problem(String text) {
    problems.add(text);
  }

  /// A whole number within bounds.
  public int integer(String key, int least, int most) {
    Object value = values.get(key);
    if (value == null) {
      problem("%s is missing (a whole number from %d to %d)".formatted(key, least, most));
      return least;
    }
    if (value instanceof Number number
        && number.doubleValue() == Math.rint(number.doubleValue())
        && number.doubleValue() >= least
        && number.doubleValue() <= most) {
      return number.intValue();
    }
    problem(
        "%s is %s, but a whole number from %d to %d is needed"
            .formatted(key, shown(value), least, most));
    return least;
  }

  /// A whole number within bounds, or `otherwise` when the field is missing or null.
  public int integer(String key, int least, int most, int otherwise) {
    return has(key) ? integer(key, least, most) : otherwise;
  }

  /// A finite number.
  public double number(String key) {
    Object value = values.get(key);
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    problem(
        value == null
            ? key + " is missing (a number)"
            : "%s is %s, but a finite number is needed".formatted(key, shown(value)));
    return 1;
  }

  /// A finite number, or `otherwise` when the field is missing or null.
  public double number(String key, double otherwise) {
    return has(key) ? number(key) : otherwise;
  }

  /// A finite number greater than zero, or `otherwise` when the field is missing or null.
  public double positive(String key, double otherwise) {
    double value = number(key, otherwise);
    if (has(key) && value <= 0) {
      problem("%s is %s, but a number greater than 0 is needed".formatted(key, value));
      return 1;
    }
    return value;
  }

  /// A truth value, or `otherwise` when the field is missing or null.
  public boolean flag(String key, boolean otherwise) {
    Object value = values.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    problem("%s is %s, but true or false is needed".formatted(key, shown(value)));
    return otherwise;
  }

  /// A text, if the field is there.
  public Optional<String> text(String key) {
    Object value = values.get(key);
    if (value == null || value instanceof String) {
      return Optional.ofNullable((String) value);
    }
    problem("%s is %s, but a text is needed".formatted(key, shown(value)));
    return Optional.empty();
  }

  /// A list, if the field is there.
  public Optional<List<Object>> list(String key) {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof List<?> list) {
      return Optional.of(new ArrayList<>(list));
    }
    problem("%s is %s, but a list is needed".formatted(key, shown(value)));
    return Optional.empty();
  }

  /// A list of finite numbers, if the field is there.
  public Optional<List<Double>> numbers(String key) {
    return list(key)
        .map(
            items -> {
              List<Double> numbers = new ArrayList<>();
              for (Object item : items) {
                if (item instanceof Number number && Double.isFinite(number.doubleValue())) {
                  numbers.add(number.doubleValue());
                } else {
                  problem("%s holds %s, but finite numbers are needed".formatted(key, shown(item)));
                  numbers.add(1.0);
                }
              }
              return numbers;
            });
  }

  /// Nested fields, if the field is there; their problems are reported with these.
  public Optional<ConfigFields> fields(String key) {
    Object value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> nested = new java.util.LinkedHashMap<>();
      map.forEach((name, item) -> nested.put(String.valueOf(name), item));
      return Optional.of(new ConfigFields(place + ", " + key, nested, problems));
    }
    problem("%s is %s, but an object is needed".formatted(key, shown(value)));
    return Optional.empty();
  }

  /// Fields with defaults under them: what is absent here is taken from `defaults`.
  ///
  /// A field that is there with the value null stays null: families distinguish the two.
  public ConfigFields withDefaults(Map<String, ?> defaults) {
    Map<String, Object> merged = new java.util.LinkedHashMap<>(defaults);
    merged.putAll(values);
    return new ConfigFields(place, merged, problems);
  }

  /// The same fields with one of them replaced.
  public ConfigFields with(String key, Object value) {
    Map<String, Object> replaced = new java.util.LinkedHashMap<>(values);
    replaced.put(key, value);
    return new ConfigFields(place, replaced, problems);
  }

  /// The fields as JSON has them.
  public Map<String, Object> values() {
    return java.util.Collections.unmodifiableMap(values);
  }

  /// Throws when anything was wrong.
  ///
  /// @throws ModelException with [ErrorCode#MODEL_CONFIG], naming every problem
  public void finish() {
    if (!problems.isEmpty()) {
      throw new ModelException(ErrorCode.MODEL_CONFIG, place + ": " + String.join("; ", problems));
    }
  }

  private static String shown(Object value) {
    String text = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
