package org.demur.text.jinja;

import java.util.List;

/// A Python `list`; the sandbox lets no template change one.
record ListValue(List<Value> items) implements Value {
  @Override
  public String typeName() {
    return "list";
  }
}
