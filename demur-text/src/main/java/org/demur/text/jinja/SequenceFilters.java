package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The filters that read or rearrange a sequence.
final class SequenceFilters {
  private SequenceFilters() {}

  static void addTo(Map<String, Filters.Filter> filters) {
    filters.put("attr", SequenceFilters::attribute);
    filters.put("batch", SequenceFilters::batch);
    filters.put("count", SequenceFilters::length);
    filters.put("length", SequenceFilters::length);
    filters.put("d", SequenceFilters::orDefault);
    filters.put("default", SequenceFilters::orDefault);
    filters.put("first", SequenceFilters::first);
    filters.put("last", SequenceFilters::last);
    filters.put("items", SequenceFilters::items);
    filters.put("join", SequenceFilters::join);
    filters.put("list", SequenceFilters::list);
    filters.put("reverse", SequenceFilters::reverse);
    filters.put("slice", SequenceFilters::slice);
    filters.put("sum", SequenceFilters::sum);
  }

  private static Value length(Rendering rendering, Value input, Args args) {
    args.positionalOnly("len", 0, 0);
    return Value.Int.of(Iteration.length(rendering.budget(), input));
  }

  private static Value list(Rendering rendering, Value input, Args args) {
    args.bind("list", 0);
    return new ListValue(Iteration.list(rendering.budget(), input));
  }

  private static Value orDefault(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("default", 0, "default_value", "boolean");
    boolean byTruth = Iteration.isTrue(bound.or(1, Value.Bool.FALSE));
    boolean missing = input instanceof Undefined || (byTruth && !Iteration.isTrue(input));
    return missing ? bound.or(0, Str.EMPTY) : input;
  }

  private static Value attribute(Rendering rendering, Value input, Args args) {
    Value name = args.bind("attr", 1, "name").required(0);
    if (!(name instanceof Str text)) {
      throw JinjaException.type(
          "attribute name must be string, not '%s'".formatted(name.typeName()));
    }
    Value member = Attributes.memberOrUnsafe(input, text.text());
    if (member == null && input instanceof Undefined undefined) {
      throw undefined.failure();
    }
    return member == null ? Undefined.attribute(input, text.text()) : member;
  }

  private static Value first(Rendering rendering, Value input, Args args) {
    args.bind("first", 0);
    Iterator<Value> elements = Iteration.iterator(rendering.budget(), input);
    return elements.hasNext()
        ? elements.next()
        : Undefined.because("No first item, sequence was empty.");
  }

  private static Value last(Rendering rendering, Value input, Args args) {
    args.bind("last", 0);
    IteratorValue reversed = Iteration.reversed(rendering.budget(), input);
    if (reversed == null) {
      throw JinjaException.type("'%s' object is not reversible".formatted(input.typeName()));
    }
    return reversed.elements().hasNext()
        ? reversed.elements().next()
        : Undefined.because("No last item, sequence was empty.");
  }

  private static Value reverse(Rendering rendering, Value input, Args args) {
    args.bind("reverse", 0);
    Budget budget = rendering.budget();
    if (input instanceof Str text) {
      budget.text(text.text().length());
      return text.like(CodePoints.reverse(text.text()));
    }
    IteratorValue reversed = Iteration.reversed(budget, input);
    if (reversed != null) {
      return reversed;
    }
    try {
      List<Value> items = Iteration.list(budget, input);
      Collections.reverse(items);
      return new ListValue(items);
    } catch (JinjaException failure) {
      // As in jinja2 this also hides why a lazy input could not be read.
      if (failure.kind() == ErrorKind.TYPE) {
        throw new JinjaException(ErrorKind.FILTER_ARGUMENT, "argument must be iterable");
      }
      throw failure;
    }
  }

  private static Value join(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("join", 0, "d", "attribute");
    Budget budget = rendering.budget();
    Function<Value, Value> key =
        AttributePath.getter(rendering, bound.or(1, Value.None.NONE), null);
    String separator = PythonText.str(budget, bound.or(0, Str.EMPTY));
    TextBuilder result = new TextBuilder(budget);
    Iterator<Value> elements = Iteration.iterator(budget, input);
    for (boolean first = true; elements.hasNext(); first = false) {
      if (!first) {
        result.append(separator);
      }
      result.append(PythonText.str(budget, key.apply(elements.next())));
    }
    return Str.of(result.build());
  }

  private static Value sum(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("sum", 0, "attribute", "start");
    Function<Value, Value> key =
        AttributePath.getter(rendering, bound.or(0, Value.None.NONE), null);
    Value total = bound.or(1, Value.Int.of(0));
    if (total instanceof Str) {
      throw JinjaException.type("sum() can't sum strings [use ''.join(seq) instead]");
    }
    Iterator<Value> elements = Iteration.iterator(rendering.budget(), input);
    while (elements.hasNext()) {
      Value element = key.apply(elements.next());
      total = Operators.apply(rendering, Operators.Binary.ADD, total, element);
    }
    return total;
  }

  private static Value items(Rendering rendering, Value input, Args args) {
    args.bind("items", 0);
    return Lazy.generator(
        "do_items",
        () ->
            switch (input) {
              case Undefined undefined -> Collections.emptyIterator();
              case DictValue dict ->
                  Iteration.iterator(rendering.budget(), new DictView(dict, DictView.Part.ITEMS));
              default -> throw JinjaException.type("Can only get item pairs from a mapping.");
            });
  }

  private static Value slice(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("slice", 1, "slices", "fill_with");
    Value filler = bound.or(1, Value.None.NONE);
    return Lazy.generator(
        "sync_do_slice", () -> slices(rendering, input, bound.required(0), filler).iterator());
  }

  private static List<Value> slices(Rendering rendering, Value input, Value count, Value filler) {
    Budget budget = rendering.budget();
    List<Value> items = Iteration.list(budget, input);
    int slices = Numbers.index(count);
    if (slices == 0) {
      throw new JinjaException(ErrorKind.ZERO_DIVISION, "integer division or modulo by zero");
    }
    List<Value> result = new ArrayList<>();
    int position = 0;
    for (int number = 0; number < slices; number++) {
      int size = items.size() / slices + (number < items.size() % slices ? 1 : 0);
      budget.slots(size + 1L);
      List<Value> slice = new ArrayList<>(items.subList(position, position + size));
      if (filler != Value.None.NONE && number >= items.size() % slices) {
        slice.add(filler);
      }
      result.add(new ListValue(slice));
      position += size;
    }
    return result;
  }

  private static Value batch(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("batch", 1, "linecount", "fill_with");
    Value filler = bound.or(1, Value.None.NONE);
    return Lazy.generator(
        "do_batch", () -> batches(rendering.budget(), input, bound.required(0), filler));
  }

  private static Iterator<Value> batches(Budget budget, Value input, Value size, Value filler) {
    Iterator<Value> elements = Iteration.iterator(budget, input);
    return new Lazy.Elements() {
      @Override
      @Nullable Value compute() {
        List<Value> batch = new ArrayList<>();
        while (elements.hasNext() && !(!batch.isEmpty() && isFull(batch))) {
          budget.slots(1);
          batch.add(elements.next());
        }
        if (batch.isEmpty()) {
          return null;
        }
        if (filler != Value.None.NONE
            && !elements.hasNext()
            && Comparison.test(budget, Comparison.Order.LESS, Value.Int.of(batch.size()), size)) {
          int missing = Numbers.index(size) - batch.size();
          budget.slots(missing);
          batch.addAll(Collections.nCopies(missing, filler));
        }
        return new ListValue(batch);
      }

      private boolean isFull(List<Value> batch) {
        return Comparison.equal(budget, Value.Int.of(batch.size()), size);
      }
    };
  }
}
