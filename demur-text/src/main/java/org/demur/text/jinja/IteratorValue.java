package org.demur.text.jinja;

import java.util.Iterator;

/// A Python iterator or generator: lazy, and used up by the first loop over it.
///
/// @param typeName such as `generator`
/// @param label what its representation calls it, such as `generator object sync_do_map`
/// @param elements the rest of the elements
record IteratorValue(String typeName, String label, Iterator<Value> elements) implements Value {
  static IteratorValue generator(String function, Iterator<Value> elements) {
    return new IteratorValue("generator", "generator object " + function, elements);
  }
}
