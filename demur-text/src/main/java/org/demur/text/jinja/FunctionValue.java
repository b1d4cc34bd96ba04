package org.demur.text.jinja;

/// A function or method of the interpreter itself.
///
/// @param typeName such as `function` or `builtin_function_or_method`
/// @param name what errors call it
record FunctionValue(String typeName, String name, Body body) implements Callable {
  /// What a function does.
  @FunctionalInterface
  interface Body {
    Value apply(Rendering rendering, Args args);
  }

  static FunctionValue function(String name, Body body) {
    return new FunctionValue("function", name, body);
  }

  static FunctionValue method(String name, Body body) {
    return new FunctionValue("builtin_function_or_method", name, body);
  }

  static FunctionValue type(String name, Body body) {
    return new FunctionValue("type", name, body);
  }

  @Override
  public Value call(Rendering rendering, Args args) {
    return body.apply(rendering, args);
  }

  @Override
  public String label() {
    return switch (typeName) {
      case "type" -> "class '" + name + "'";
      case "function" -> "function " + name;
      default -> "built-in method " + name;
    };
  }
}
