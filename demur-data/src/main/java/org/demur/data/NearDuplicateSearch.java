package org.demur.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.demur.data.NearDuplicates.Match;

/// Finds nearly equal prompts without comparing all with all.
///
/// Equal texts are one group. The words of each group are ordered from rare to common; two sets
/// with a Jaccard similarity of at least t share a word among their first n − ⌈t·n⌉ + 1, so that
/// only groups that meet there, and have similar sizes, are compared.
///
/// **Source.** Prefix and length filters of Bayardo, Ma, Srikant, "Scaling Up All Pairs Similarity
/// Search", WWW 2007.
final class NearDuplicateSearch {
  private final List<Group> groups;
  private final int mostMatches;
  private final List<Match> matches = new ArrayList<>();
  private final Map<String, Integer> order = new HashMap<>();

  /// Prompts with equal normalised text.
  ///
  /// @param words their words as numbers, from rare to common
  private record Group(List<LabelledPrompt> members, int[] words) {}

  NearDuplicateSearch(List<LabelledPrompt> prompts, int mostMatches) {
    this.mostMatches = mostMatches;
    for (int i = 0; i < prompts.size(); i++) {
      order.put(prompts.get(i).id(), i);
    }
    this.groups = grouped(prompts);
  }

  NearDuplicates run() {
    groups.forEach(this::matchEqual);
    Map<Integer, List<Integer>> index = new HashMap<>();
    for (int i = 0; i < groups.size() && !isFull(); i++) {
      int[] words = groups.get(i).words();
      int prefix = words.length - (int) Math.ceil(NearDuplicates.NEAR * words.length) + 1;
      Set<Integer> candidates = new LinkedHashSet<>();
      for (int k = 0; k < Math.min(prefix, words.length); k++) {
        List<Integer> posted = index.computeIfAbsent(words[k], word -> new ArrayList<>());
        candidates.addAll(posted);
        posted.add(i);
      }
      for (int candidate : candidates) {
        matchNear(groups.get(candidate), groups.get(i));
      }
    }
    boolean complete = !isFull();
    return new NearDuplicates(
        matches.stream()
            .sorted(
                Comparator.comparingInt((Match match) -> place(match.first()))
                    .thenComparingInt(match -> place(match.second())))
            .limit(mostMatches)
            .toList(),
        complete);
  }

  private boolean isFull() {
    return matches.size() >= mostMatches;
  }

  private int place(LabelledPrompt prompt) {
    return order.getOrDefault(prompt.id(), 0);
  }

  /// Each member with the first one that it must not equal.
  private void matchEqual(Group group) {
    List<LabelledPrompt> members = group.members();
    for (int i = 1; i < members.size() && !isFull(); i++) {
      LabelledPrompt member = members.get(i);
      members.subList(0, i).stream()
          .filter(earlier -> differ(earlier, member))
          .findFirst()
          .ifPresent(earlier -> matches.add(new Match(earlier, member, 1.0, true)));
    }
  }

  private void matchNear(Group first, Group second) {
    int shorter = Math.min(first.words().length, second.words().length);
    int longer = Math.max(first.words().length, second.words().length);
    if (isFull() || shorter < NearDuplicates.NEAR * longer) {
      return;
    }
    double similarity = jaccard(first.words(), second.words());
    if (similarity >= NearDuplicates.NEAR) {
      crossing(first, second)
          .map(
              found ->
                  place(found.first()) < place(found.second())
                      ? new Match(found.first(), found.second(), similarity, false)
                      : new Match(found.second(), found.first(), similarity, false))
          .ifPresent(matches::add);
    }
  }

  private record Crossing(LabelledPrompt first, LabelledPrompt second) {}

  /// The first two members that must not be nearly equal.
  private static Optional<Crossing> crossing(Group first, Group second) {
    for (LabelledPrompt one : representatives(first)) {
      for (LabelledPrompt other : representatives(second)) {
        boolean twins = one.pair().isPresent() && one.pair().equals(other.pair());
        if (differ(one, other) && !twins) {
          return Optional.of(new Crossing(one, other));
        }
      }
    }
    return Optional.empty();
  }

  /// One member for each split and label; a second one, of another pair, for each.
  private static List<LabelledPrompt> representatives(Group group) {
    if (group.members().size() == 1) {
      return group.members();
    }
    Map<String, List<LabelledPrompt>> kept = new LinkedHashMap<>();
    for (LabelledPrompt member : group.members()) {
      List<LabelledPrompt> alike =
          kept.computeIfAbsent(member.split() + "/" + member.label(), key -> new ArrayList<>());
      if (alike.isEmpty()
          || (alike.size() == 1 && !alike.getFirst().pair().equals(member.pair()))) {
        alike.add(member);
      }
    }
    return kept.values().stream().flatMap(List::stream).toList();
  }

  private static boolean differ(LabelledPrompt one, LabelledPrompt other) {
    return one.split() != other.split() || one.label() != other.label();
  }

  /// Of two ascending lists of distinct numbers.
  private static double jaccard(int[] first, int[] second) {
    int shared = 0;
    int i = 0;
    int k = 0;
    while (i < first.length && k < second.length) {
      int order = Integer.compare(first[i], second[k]);
      shared += order == 0 ? 1 : 0;
      i += order <= 0 ? 1 : 0;
      k += order >= 0 ? 1 : 0;
    }
    int all = first.length + second.length - shared;
    return all == 0 ? 0 : (double) shared / all;
  }

  private static List<Group> grouped(List<LabelledPrompt> prompts) {
    Map<String, List<LabelledPrompt>> byText = new LinkedHashMap<>();
    for (LabelledPrompt prompt : prompts) {
      byText
          .computeIfAbsent(NormalisedText.of(prompt.text()), text -> new ArrayList<>())
          .add(prompt);
    }
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (List<LabelledPrompt> members : byText.values()) {
      words(members).forEach(word -> counts.merge(word, 1, Integer::sum));
    }
    Map<String, Integer> ranks = new HashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
        .forEach(entry -> ranks.put(entry.getKey(), ranks.size()));
    return byText.values().stream()
        .map(members -> new Group(members, ranked(words(members), ranks)))
        .toList();
  }

  private static Set<String> words(List<LabelledPrompt> members) {
    return NormalisedText.words(members.getFirst().text());
  }

  private static int[] ranked(Set<String> words, Map<String, Integer> ranks) {
    int[] numbers = words.stream().mapToInt(word -> ranks.getOrDefault(word, 0)).toArray();
    Arrays.sort(numbers);
    return numbers;
  }
}
