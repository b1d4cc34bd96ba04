package org.demur.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Chooses a part of a set that has its categories in equal numbers, as far as they go.
final class PromptSample {
  private PromptSample() {}

  /// The ids of at most `perLabel` prompts of each label in each split.
  static Set<String> ids(List<LabelledPrompt> prompts, int perLabel) {
    Set<String> kept = new HashSet<>();
    for (Split split : Split.values()) {
      Map<Label, Integer> counts = new HashMap<>();
      for (List<LabelledPrompt> unit : inTurn(units(prompts, split))) {
        boolean fits =
            unit.stream().allMatch(prompt -> counts.getOrDefault(prompt.label(), 0) < perLabel);
        if (fits) {
          unit.forEach(prompt -> counts.merge(prompt.label(), 1, Integer::sum));
          unit.forEach(prompt -> kept.add(prompt.id()));
        }
      }
    }
    return kept;
  }

  /// Pairs and single prompts of a split.
  private static List<List<LabelledPrompt>> units(List<LabelledPrompt> prompts, Split split) {
    Map<String, List<LabelledPrompt>> units = new LinkedHashMap<>();
    for (LabelledPrompt prompt : prompts) {
      if (prompt.split() == split) {
        String key = prompt.pair().map(pair -> "pair " + pair).orElse("id " + prompt.id());
        units.computeIfAbsent(key, unit -> new ArrayList<>()).add(prompt);
      }
    }
    return List.copyOf(units.values());
  }

  /// The first of each category, then the second of each, and so on.
  private static List<List<LabelledPrompt>> inTurn(List<List<LabelledPrompt>> units) {
    Map<String, Deque<List<LabelledPrompt>>> byCategory = new LinkedHashMap<>();
    for (List<LabelledPrompt> unit : units) {
      LabelledPrompt first = unit.getFirst();
      byCategory
          .computeIfAbsent(first.category().orElse(""), category -> new ArrayDeque<>())
          .add(unit);
    }
    List<List<LabelledPrompt>> ordered = new ArrayList<>(units.size());
    while (ordered.size() < units.size()) {
      for (Deque<List<LabelledPrompt>> queue : byCategory.values()) {
        if (!queue.isEmpty()) {
          ordered.add(queue.removeFirst());
        }
      }
    }
    return ordered;
  }
}
