package org.demur.text.jinja;

import java.util.List;

/// A Python `tuple`.
///
/// @param group whether it is what the filter `groupby` yields: a pair whose parts are also called
///   `grouper` and `list`
record TupleValue(List<Value> items, boolean group) implements Value {
  static TupleValue of(Value... items) {
    return new TupleValue(List.of(items), false);
  }

  @Override
  public String typeName() {
    return group ? "_GroupTuple" : "tuple";
  }
}
