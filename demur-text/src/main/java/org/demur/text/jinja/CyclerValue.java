package org.demur.text.jinja;

import java.util.List;

/// What `cycler(...)` makes: hands out its items in turn.
final class CyclerValue implements Value {
  private final List<Value> items;
  private int position;

  CyclerValue(List<Value> items) {
    if (items.isEmpty()) {
      throw new JinjaException(ErrorKind.RUNTIME, "at least one item has to be provided");
    }
    this.items = items;
  }

  List<Value> items() {
    return items;
  }

  int position() {
    return position;
  }

  Value current() {
    return items.get(position);
  }

  Value next() {
    Value current = current();
    position = (position + 1) % items.size();
    return current;
  }

  void reset() {
    position = 0;
  }

  @Override
  public String typeName() {
    return "Cycler";
  }
}
