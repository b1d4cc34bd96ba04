package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The evaluated arguments of a call.
///
/// @param named keyword arguments in the order of the call
record Args(List<Value> positional, SequencedMap<String, Value> named) {
  /// Arguments in the order of the parameters; null where the default applies.
  static final class Bound {
    private final @Nullable Value[] values;

    private Bound(@Nullable Value[] values) {
      this.values = values;
    }

    /// An argument that may be missing.
    @Nullable Value optional(int index) {
      return values[index];
    }

    /// An argument that [Args#bind] made sure of.
    Value required(int index) {
      Value value = values[index];
      if (value == null) {
        throw new IllegalStateException("argument " + index + " was not declared as required");
      }
      return value;
    }

    Value or(int index, Value fallback) {
      Value value = values[index];
      return value == null ? fallback : value;
    }
  }

  static Args of(Value... positional) {
    return new Args(List.of(positional), new java.util.LinkedHashMap<>());
  }

  /// These arguments with one more in front.
  Args prepend(Value first) {
    List<Value> all = new ArrayList<>(positional.size() + 1);
    all.add(first);
    all.addAll(positional);
    return new Args(all, named);
  }

  /// Matches the arguments with parameters as Python does.
  ///
  /// @param required how many of the parameters have no default
  /// @throws JinjaException `TypeError` for too many, missing, doubled or unknown arguments
  Bound bind(String function, int required, String... parameters) {
    if (positional.size() > parameters.length) {
      throw JinjaException.type(
          "%s() takes at most %d arguments (%d given)"
              .formatted(function, parameters.length, positional.size()));
    }
    @Nullable Value[] values = new @Nullable Value[parameters.length];
    for (int index = 0; index < positional.size(); index++) {
      values[index] = positional.get(index);
    }
    for (Map.Entry<String, Value> argument : named.entrySet()) {
      int index = List.of(parameters).indexOf(argument.getKey());
      if (index < 0) {
        throw JinjaException.type(
            "%s() got an unexpected keyword argument %s"
                .formatted(function, Undefined.quoted(argument.getKey())));
      }
      if (values[index] != null) {
        throw JinjaException.type(
            "%s() got multiple values for argument '%s'".formatted(function, argument.getKey()));
      }
      values[index] = argument.getValue();
    }
    for (int index = 0; index < required; index++) {
      if (values[index] == null) {
        throw JinjaException.type(
            "%s() missing required argument '%s'".formatted(function, parameters[index]));
      }
    }
    return new Bound(values);
  }

  /// Matches arguments that may not be given by name.
  ///
  /// @throws JinjaException `TypeError` for keyword arguments or a count outside of the bounds
  Bound positionalOnly(String function, int required, int maximum) {
    if (!named.isEmpty()) {
      throw JinjaException.type(function + "() takes no keyword arguments");
    }
    if (positional.size() < required || positional.size() > maximum) {
      throw JinjaException.type(
          "%s() takes from %d to %d arguments (%d given)"
              .formatted(function, required, maximum, positional.size()));
    }
    @Nullable Value[] values = new @Nullable Value[maximum];
    for (int index = 0; index < positional.size(); index++) {
      values[index] = positional.get(index);
    }
    return new Bound(values);
  }
}
