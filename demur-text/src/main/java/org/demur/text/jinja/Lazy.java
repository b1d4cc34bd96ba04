package org.demur.text.jinja;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Iterators that do nothing, and so fail at nothing, until their first element is asked for.
final class Lazy {
  /// An iterator that is defined by how the next element is computed.
  abstract static class Elements implements Iterator<Value> {
    private @Nullable Value next;

    /// The next element, or null at the end.
    abstract @Nullable Value compute();

    @Override
    public final boolean hasNext() {
      if (next == null) {
        next = compute();
      }
      return next != null;
    }

    @Override
    public final Value next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Value result = next;
      next = null;
      return result;
    }
  }

  private Lazy() {}

  /// A Python generator whose elements come from an iterator that is made on first use.
  static IteratorValue generator(String function, Supplier<Iterator<Value>> source) {
    return IteratorValue.generator(
        function,
        new Elements() {
          private @Nullable Iterator<Value> elements;

          @Override
          @Nullable Value compute() {
            Iterator<Value> started = elements == null ? source.get() : elements;
            elements = started;
            return started.hasNext() ? started.next() : null;
          }
        });
  }
}
