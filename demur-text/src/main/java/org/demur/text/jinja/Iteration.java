package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Python's `iter`, `len`, `bool`, `list` and `reversed`.
final class Iteration {
  /// An iterator that pays for each element and guards against endless chains of iterators.
  private record Metered(Budget budget, Iterator<? extends Value> elements)
      implements Iterator<Value> {
    @Override
    public boolean hasNext() {
      budget.enter();
      try {
        return elements.hasNext();
      } finally {
        budget.exit();
      }
    }

    @Override
    public Value next() {
      budget.enter();
      try {
        budget.step();
        return elements.next();
      } finally {
        budget.exit();
      }
    }
  }

  private Iteration() {}

  /// The elements of an iterable.
  ///
  /// @throws JinjaException `TypeError` when the value is none
  static Iterator<Value> iterator(Budget budget, Value value) {
    Iterator<Value> elements = iteratorOrNull(budget, value);
    if (elements == null) {
      throw JinjaException.type("'%s' object is not iterable".formatted(value.typeName()));
    }
    return elements;
  }

  static @Nullable Iterator<Value> iteratorOrNull(Budget budget, Value value) {
    Iterator<? extends Value> elements =
        switch (value) {
          case Str text -> CodePoints.iterator(text.text());
          case ListValue list -> list.items().iterator();
          case TupleValue tuple -> tuple.items().iterator();
          case DictValue dict -> dict.entries().stream().map(entry -> entry.key()).iterator();
          case DictView view -> view.dict().entries().stream().map(view::element).iterator();
          case RangeValue range ->
              IntStream.range(0, range.length()).mapToObj(range::element).iterator();
          case IteratorValue iterator -> iterator.elements();
          case LoopValue loop -> loop.pairs();
          case Undefined undefined -> Collections.emptyIterator();
          default -> null;
        };
    return elements == null ? null : new Metered(budget, elements);
  }

  /// All elements, as Python's `list(value)`.
  static List<Value> list(Budget budget, Value value) {
    List<Value> result = new ArrayList<>();
    Iterator<Value> elements = iterator(budget, value);
    while (elements.hasNext()) {
      budget.slots(1);
      result.add(elements.next());
    }
    return result;
  }

  /// Python's `reversed(value)` as an iterator, or null when the value cannot be reversed.
  static @Nullable IteratorValue reversed(Budget budget, Value value) {
    String type =
        switch (value) {
          case ListValue list -> "list_reverseiterator";
          case DictValue dict -> "dict_reversekeyiterator";
          case DictView view -> view.typeName().replace("dict_", "dict_reverse") + "iterator";
          case RangeValue range -> "range_iterator";
          case Str text -> "reversed";
          case TupleValue tuple -> "reversed";
          case Undefined undefined -> "reversed";
          default -> "";
        };
    if (type.isEmpty()) {
      return null;
    }
    List<Value> items = list(budget, value);
    return new IteratorValue(type, type + " object", items.reversed().iterator());
  }

  /// Python's `len(value)`.
  ///
  /// @throws JinjaException `TypeError` when the value has no length
  static int length(Budget budget, Value value) {
    int length = lengthOrNegative(budget, value);
    if (length < 0) {
      throw JinjaException.type("object of type '%s' has no len()".formatted(value.typeName()));
    }
    return length;
  }

  /// The length, or -1 when the value has none.
  static int lengthOrNegative(Budget budget, Value value) {
    if (value instanceof Str text) {
      budget.scan(text.text().length());
      return CodePoints.length(text.text());
    }
    return size(value);
  }

  private static int size(Value value) {
    return switch (value) {
      case ListValue list -> list.items().size();
      case TupleValue tuple -> tuple.items().size();
      case DictValue dict -> dict.size();
      case DictView view -> view.dict().size();
      case RangeValue range -> range.length();
      case LoopValue loop -> loop.length();
      case Undefined undefined -> 0;
      default -> -1;
    };
  }

  /// Python's `bool(value)`.
  static boolean isTrue(Value value) {
    return switch (value) {
      case Value.None none -> false;
      case Value.Bool bool -> bool.isTrue();
      case Value.Int number -> number.value().signum() != 0;
      case Value.Real real -> real.value() != 0;
      case Str text -> !text.text().isEmpty();
      default -> size(value) != 0;
    };
  }
}
