package org.demur.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlicingTest {
  private static final @Nullable Integer[] PARTS = {
    null, -9, -4, -3, -1, 0, 1, 2, 3, 4, 9, Integer.MAX_VALUE, Integer.MIN_VALUE
  };

  @Test
  void everySliceSelectsWhatTheDefinitionSays() {
    Budget budget = new Budget(new Bounds(10_000_000, 1_000, 10, 10_000_000));
    String text = "a🦙cd";
    for (Integer start : PARTS) {
      for (Integer stop : PARTS) {
        for (Integer step : PARTS) {
          if (step == null || step != 0) {
            Value slice =
                Slicing.slice(budget, Str.of(text), value(start), value(stop), value(step));
            assertThat(slice)
                .as("[%s:%s:%s]", start, stop, step)
                .isEqualTo(Str.of(expected(text, start, stop, step)));
          }
        }
      }
    }
  }

  private static @Nullable Value value(@Nullable Integer part) {
    return part == null ? null : Value.Int.of(part);
  }

  /// Python's definition, element by element.
  private static String expected(
      String text, @Nullable Integer start, @Nullable Integer stop, @Nullable Integer step) {
    int[] points = text.codePoints().toArray();
    long stride = step == null ? 1 : step;
    long length = points.length;
    long lowest = stride > 0 ? 0 : -1;
    long highest = stride > 0 ? length : length - 1;
    long first = start == null ? (stride > 0 ? lowest : highest) : bound(start, length);
    long end = stop == null ? (stride > 0 ? highest : lowest) : bound(stop, length);
    first = Math.clamp(first, lowest, highest);
    end = stop == null ? end : Math.clamp(end, lowest, highest);
    List<String> selected = new ArrayList<>();
    for (long index = first; stride > 0 ? index < end : index > end; index += stride) {
      selected.add(Character.toString(points[(int) index]));
    }
    return String.join("", selected);
  }

  private static long bound(int index, long length) {
    return index < 0 ? index + length : index;
  }
}
