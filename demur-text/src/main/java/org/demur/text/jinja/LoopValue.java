package org.demur.text.jinja;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// The variable `loop` inside of a loop.
final class LoopValue implements Callable {
  /// Renders the body of a recursive loop for other elements.
  @FunctionalInterface
  interface Recursion {
    String render(Value iterable, int depth);
  }

  private final Budget budget;
  private final Value source;
  private final @Nullable Recursion recursion;
  private final int depth;
  private Iterator<Value> elements;
  private int index = -1;
  private int length = -1;
  private @Nullable Value before;
  private @Nullable Value current;
  private @Nullable Value after;
  private @Nullable Value lastChanged;

  LoopValue(
      Budget budget,
      Value source,
      Iterator<Value> elements,
      @Nullable Recursion recursion,
      int depth) {
    this.budget = budget;
    this.source = source;
    this.elements = elements;
    this.recursion = recursion;
    this.depth = depth;
  }

  /// Goes to the next element, if there is one.
  boolean advance() {
    Value next = peek();
    if (next == null) {
      return false;
    }
    after = null;
    index++;
    before = current;
    current = next;
    return true;
  }

  private @Nullable Value peek() {
    if (after == null && elements.hasNext()) {
      after = elements.next();
    }
    return after;
  }

  Value current() {
    if (current == null) {
      throw new NoSuchElementException();
    }
    return current;
  }

  /// The number of elements; a lazy source is read to its end for it.
  int length() {
    if (length < 0) {
      length = Iteration.lengthOrNegative(budget, source);
    }
    if (length < 0) {
      List<Value> rest = Iteration.list(budget, IteratorValue.generator("rest", elements));
      elements = rest.iterator();
      length = rest.size() + index + 1 + (after == null ? 0 : 1);
    }
    return length;
  }

  /// The rest of the elements, each with this loop, as Python iterates over a loop context.
  Iterator<Value> pairs() {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return peek() != null;
      }

      @Override
      public Value next() {
        if (!advance()) {
          throw new NoSuchElementException();
        }
        return TupleValue.of(current(), LoopValue.this);
      }
    };
  }

  /// An attribute of the loop, or null when it has none of that name.
  @Nullable Value member(String name) {
    return switch (name) {
      case "index" -> Value.Int.of(index + 1);
      case "index0" -> Value.Int.of(index);
      case "revindex" -> Value.Int.of(length() - index);
      case "revindex0" -> Value.Int.of(length() - index - 1);
      case "first" -> Value.Bool.of(index == 0);
      case "last" -> Value.Bool.of(peek() == null);
      case "length" -> Value.Int.of(length());
      case "depth" -> Value.Int.of(depth + 1);
      case "depth0" -> Value.Int.of(depth);
      case "previtem" -> before == null ? Undefined.because("there is no previous item") : before;
      case "nextitem" -> {
        Value next = peek();
        yield next == null ? Undefined.because("there is no next item") : next;
      }
      case "cycle" -> FunctionValue.method(name, (rendering, args) -> cycle(args));
      case "changed" -> FunctionValue.method(name, (rendering, args) -> changed(args));
      default -> null;
    };
  }

  private Value cycle(Args args) {
    List<Value> items = args.positional();
    if (items.isEmpty() || !args.named().isEmpty()) {
      throw JinjaException.type("no items for cycling given");
    }
    return items.get(index % items.size());
  }

  private Value changed(Args args) {
    if (!args.named().isEmpty()) {
      throw JinjaException.type("changed() takes no keyword arguments");
    }
    Value now = new TupleValue(args.positional(), false);
    if (lastChanged != null && Comparison.equal(budget, lastChanged, now)) {
      return Value.Bool.FALSE;
    }
    lastChanged = now;
    return Value.Bool.TRUE;
  }

  @Override
  public Value call(Rendering rendering, Args args) {
    Value iterable = args.bind("loop", 1, "iterable").required(0);
    if (recursion == null) {
      throw JinjaException.type(
          "The loop must have the 'recursive' marker to be called recursively.");
    }
    return Str.of(recursion.render(iterable, depth + 1));
  }

  @Override
  public String typeName() {
    return "LoopContext";
  }

  @Override
  public String label() {
    return "LoopContext " + (index + 1) + "/" + length();
  }
}
