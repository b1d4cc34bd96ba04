package org.demur.text.jinja;

import org.jspecify.annotations.Nullable;

/// What `joiner(...)` makes: empty on the first call, the separator after that.
final class JoinerValue implements Callable {
  private final Value separator;
  private boolean used;

  JoinerValue(Value separator) {
    this.separator = separator;
  }

  @Override
  public Value call(Rendering rendering, Args args) {
    args.positionalOnly("joiner", 0, 0);
    boolean first = !used;
    used = true;
    return first ? Str.EMPTY : separator;
  }

  /// An attribute of the joiner, or null when it has none of that name.
  @Nullable Value member(String name) {
    return switch (name) {
      case "sep" -> separator;
      case "used" -> Value.Bool.of(used);
      default -> null;
    };
  }

  @Override
  public String typeName() {
    return "Joiner";
  }

  @Override
  public String label() {
    return "jinja2.utils.Joiner object";
  }
}
