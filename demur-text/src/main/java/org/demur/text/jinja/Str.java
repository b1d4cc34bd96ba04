package org.demur.text.jinja;

/// A Python `str`, or a `Markup` (a text that counts as escaped HTML).
///
/// @param markup whether it is a `Markup`, as the filters `safe` and `escape` make it
record Str(String text, boolean markup) implements Value {
  static final Str EMPTY = new Str("", false);

  static Str of(String text) {
    return new Str(text, false);
  }

  /// A text of the same type as this one; methods of a `Markup` return a `Markup`.
  Str like(String other) {
    return new Str(other, markup);
  }

  @Override
  public String typeName() {
    return markup ? "Markup" : "str";
  }
}
