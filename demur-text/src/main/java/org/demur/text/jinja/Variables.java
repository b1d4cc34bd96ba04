package org.demur.text.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The variables that every scope of a rendering can see.
final class Variables {
  private final Map<String, Value> given;
  private final Map<String, Value> exported = new HashMap<>();

  Variables(Map<String, Value> given) {
    this.given = given;
  }

  /// What the template assigned at its top, else what it was given, else null.
  @Nullable Value resolve(String name) {
    Value value = exported.get(name);
    return value == null ? given.get(name) : value;
  }

  void export(String name, Value value) {
    exported.put(name, value);
  }

  Variables copy() {
    Variables copy = new Variables(given);
    copy.exported.putAll(exported);
    return copy;
  }
}
