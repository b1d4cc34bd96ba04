package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Python's stable sort, which asks of its keys nothing but `<`.
final class Sorting {
  private Sorting() {}

  /// The items in the order of their keys.
  ///
  /// @throws JinjaException when two keys cannot be compared
  static <T> List<T> sorted(Budget budget, List<T> items, List<Value> keys, boolean reverse) {
    budget.slots(3L * items.size());
    List<Integer> order = new ArrayList<>();
    for (int index = 0; index < items.size(); index++) {
      order.add(index);
    }
    if (reverse) {
      // Equal items keep their order even when the order of the others is turned around.
      Collections.reverse(order);
    }
    List<Integer> sorted = merge(budget, order, keys);
    List<T> result = new ArrayList<>(items.size());
    for (int index : sorted) {
      result.add(items.get(index));
    }
    if (reverse) {
      Collections.reverse(result);
    }
    return result;
  }

  private static List<Integer> merge(Budget budget, List<Integer> order, List<Value> keys) {
    if (order.size() < 2) {
      return order;
    }
    int middle = order.size() / 2;
    List<Integer> left = merge(budget, order.subList(0, middle), keys);
    List<Integer> right = merge(budget, order.subList(middle, order.size()), keys);
    List<Integer> result = new ArrayList<>(order.size());
    int first = 0;
    int second = 0;
    while (first < left.size() && second < right.size()) {
      boolean swap =
          Comparison.test(
              budget,
              Comparison.Order.LESS,
              keys.get(right.get(second)),
              keys.get(left.get(first)));
      result.add(swap ? right.get(second++) : left.get(first++));
    }
    result.addAll(left.subList(first, left.size()));
    result.addAll(right.subList(second, right.size()));
    return result;
  }
}
