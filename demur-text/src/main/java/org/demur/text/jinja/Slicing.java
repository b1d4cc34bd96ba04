package org.demur.text.jinja;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Python's `sequence[start:stop:step]`.
final class Slicing {
  /// The positions that a slice selects: `start`, `start + step`, ... `count` of them.
  private record Selection(int start, int step, int count) {
    int position(int index) {
      return start + index * step;
    }
  }

  private Slicing() {}

  /// Applies a slice; null stands for a part that was left out.
  ///
  /// @throws JinjaException `TypeError` for a value without slices or parts that are no integers
  static Value slice(
      Budget budget,
      Value sequence,
      @Nullable Value start,
      @Nullable Value stop,
      @Nullable Value step) {
    return switch (sequence) {
      case Undefined undefined -> throw undefined.failure();
      case Str text -> text.like(slice(budget, text.text(), start, stop, step));
      case ListValue list -> new ListValue(slice(budget, list.items(), start, stop, step));
      case TupleValue tuple ->
          new TupleValue(slice(budget, tuple.items(), start, stop, step), false);
      case RangeValue range -> {
        Selection selection = select(range.length(), start, stop, step);
        BigInteger first = range.element(selection.start()).value();
        BigInteger stride = range.step().multiply(BigInteger.valueOf(selection.step()));
        BigInteger end = first.add(stride.multiply(BigInteger.valueOf(selection.count())));
        yield new RangeValue(first, end, stride, selection.count());
      }
      case DictValue dict -> throw JinjaException.type("unhashable type: 'slice'");
      default ->
          throw JinjaException.type(
              "'%s' object is not subscriptable".formatted(sequence.typeName()));
    };
  }

  private static String slice(
      Budget budget,
      String text,
      @Nullable Value start,
      @Nullable Value stop,
      @Nullable Value step) {
    Selection selection = select(CodePoints.length(text), start, stop, step);
    budget.scan(text.length());
    budget.text(selection.count());
    if (selection.step() == 1) {
      return CodePoints.substring(text, selection.start(), selection.start() + selection.count());
    }
    int[] points = text.codePoints().toArray();
    StringBuilder result = new StringBuilder();
    for (int index = 0; index < selection.count(); index++) {
      result.appendCodePoint(points[selection.position(index)]);
    }
    return result.toString();
  }

  private static List<Value> slice(
      Budget budget,
      List<Value> items,
      @Nullable Value start,
      @Nullable Value stop,
      @Nullable Value step) {
    Selection selection = select(items.size(), start, stop, step);
    budget.slots(selection.count());
    List<Value> result = new ArrayList<>(selection.count());
    for (int index = 0; index < selection.count(); index++) {
      result.add(items.get(selection.position(index)));
    }
    return result;
  }

  private static Selection select(
      int length, @Nullable Value start, @Nullable Value stop, @Nullable Value step) {
    int stride = part(step, 1);
    if (stride == 0) {
      throw JinjaException.value("slice step cannot be zero");
    }
    // A stride beyond the length selects the same as the length plus one and cannot overflow.
    stride = Math.clamp(stride, -length - 1, length + 1);
    boolean forward = stride > 0;
    int first = bound(part(start, forward ? 0 : Integer.MAX_VALUE), length, forward);
    int end =
        isAbsent(stop) && !forward ? -1 : bound(part(stop, Integer.MAX_VALUE), length, forward);
    int distance = forward ? end - first : first - end;
    int count = distance <= 0 ? 0 : (distance - 1) / Math.abs(stride) + 1;
    return new Selection(count == 0 ? 0 : first, stride, count);
  }

  private static int bound(int index, int length, boolean forward) {
    int position = index < 0 ? Math.max(index + length, forward ? 0 : -1) : index;
    return Math.min(position, forward ? length : length - 1);
  }

  private static boolean isAbsent(@Nullable Value part) {
    return part == null || part == Value.None.NONE;
  }

  private static int part(@Nullable Value part, int absent) {
    if (part == null || part == Value.None.NONE) {
      return absent;
    }
    BigInteger number = Numbers.integerOrNull(part);
    if (number == null) {
      throw JinjaException.type("slice indices must be integers or None");
    }
    return Numbers.clamp(number);
  }
}
