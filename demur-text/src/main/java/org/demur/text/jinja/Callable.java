package org.demur.text.jinja;

/// A value that a template can call.
non-sealed interface Callable extends Value {
  /// Calls it with arguments that are already evaluated.
  Value call(Rendering rendering, Args args);

  /// What its representation shows between the angle brackets.
  String label();
}
