package org.demur.text.jinja;

/// A value that does not exist: prints as nothing, counts as false and empty, fails for all else.
///
/// @param message what is undefined, for the error of a use
/// @param kind the error of a use: `UndefinedError`, or `SecurityError` for what the sandbox hides
record Undefined(String message, ErrorKind kind) implements Value {
  /// Names longer than this are not repeated in messages.
  private static final int NAME_CHARS = 60;

  static Undefined because(String message) {
    return new Undefined(message, ErrorKind.UNDEFINED);
  }

  static Undefined variable(String name) {
    return because(quoted(name) + " is undefined");
  }

  static Undefined attribute(Value object, String name) {
    return because("'%s' has no attribute %s".formatted(describe(object), quoted(name)));
  }

  /// An element by a key that the template computed, which may be text of the conversation: such a
  /// key is not repeated.
  static Undefined element(Value object, Value key) {
    String name =
        switch (key) {
          case Value.Int number when number.value().bitLength() < Long.SIZE ->
              "element " + number.value();
          case Str text -> "element with that key of " + text.text().length() + " characters";
          default -> "element with that key of type " + key.typeName();
        };
    return because("%s has no %s".formatted(describe(object), name));
  }

  static Undefined unsafe(Value object, String name) {
    return new Undefined(
        "access to attribute %s of '%s' object is unsafe."
            .formatted(quoted(name), object.typeName()),
        ErrorKind.SECURITY);
  }

  /// The error of using it.
  JinjaException failure() {
    return new JinjaException(kind, message);
  }

  static String quoted(String name) {
    return name.length() > NAME_CHARS
        ? "'%s...'".formatted(name.substring(0, NAME_CHARS))
        : "'" + name + "'";
  }

  private static String describe(Value object) {
    return switch (object) {
      case Value.None none -> "None";
      case NamespaceValue namespace -> "jinja2.utils.Namespace object";
      case LoopValue loop -> "jinja2.runtime.LoopContext object";
      default -> object.typeName() + " object";
    };
  }

  @Override
  public String typeName() {
    return "Undefined";
  }
}
