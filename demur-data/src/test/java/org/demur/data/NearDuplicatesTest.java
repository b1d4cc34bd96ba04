package org.demur.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
  private static final List<Split> SPLITS = List.of(Split.values());

  private static LabelledPrompt prompt(int id, String text, Label label, Split split) {
    return new LabelledPrompt(
        String.valueOf(id), text, label, Optional.empty(), Optional.empty(), split);
  }

  @Test
  void equalTextsInDifferentSplitsAreFound() {
    NearDuplicates found =
        NearDuplicates.find(
            PromptSet.of(
                "set",
                List.of(
                    prompt(1, "Name a river.", Label.HARMLESS, Split.TRAIN),
                    prompt(2, "name a  RIVER", Label.HARMLESS, Split.TRAIN),
                    prompt(3, "Name a river?!", Label.HARMLESS, Split.TEST),
                    prompt(4, "川の名前", Label.HARMLESS, Split.TRAIN),
                    prompt(5, "川の名前。", Label.HARMFUL, Split.TRAIN))));
    assertThat(found.matches())
        .extracting(match -> match.first().id() + "-" + match.second().id())
        .containsExactly("1-3", "4-5");
    assertThat(found.matches()).allMatch(NearDuplicates.Match::exact);
    assertThat(found.acrossSplits()).hasSize(1);
    assertThat(found.acrossLabels()).hasSize(1);
    assertThat(found.complete()).isTrue();
  }

  @Test
  void nearlyEqualTextsAreFoundButNotThoseOfAPair() {
    LabelledPrompt harmful =
        new LabelledPrompt(
            "a/harmful",
            "How do I kill one old quiet neighbour here",
            Label.HARMFUL,
            Optional.of("x"),
            Optional.of("a"),
            Split.TEST);
    LabelledPrompt harmless =
        new LabelledPrompt(
            "a/harmless",
            "How do I kill one old quiet process here",
            Label.HARMLESS,
            Optional.of("x"),
            Optional.of("a"),
            Split.TEST);
    LabelledPrompt other =
        prompt(7, "how do i kill one old quiet process", Label.HARMLESS, Split.TRAIN);
    NearDuplicates found =
        NearDuplicates.find(PromptSet.of("set", List.of(harmful, harmless, other)));
    assertThat(found.matches()).hasSize(1);
    NearDuplicates.Match match = found.matches().getFirst();
    assertThat(match.first()).isEqualTo(harmless);
    assertThat(match.second()).isEqualTo(other);
    assertThat(match.similarity()).isEqualTo(8.0 / 9);
    assertThat(match.exact()).isFalse();
  }

  @Test
  void theIndexFindsWhatComparingAllWithAllFinds() {
    Random random = new Random(5);
    List<LabelledPrompt> prompts = new ArrayList<>();
    Set<String> texts = new HashSet<>();
    while (prompts.size() < 400) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(4, 12); i > 0; i--) {
        text.append('w').append(random.nextInt(14)).append(' ');
      }
      if (texts.add(NormalisedText.of(text.toString()))) {
        Split split = SPLITS.get(random.nextInt(3));
        prompts.add(prompt(prompts.size(), text.toString(), Label.HARMLESS, split));
      }
    }
    Set<String> expected = new HashSet<>();
    for (int i = 0; i < prompts.size(); i++) {
      for (int k = i + 1; k < prompts.size(); k++) {
        if (prompts.get(i).split() != prompts.get(k).split()
            && jaccard(prompts.get(i), prompts.get(k)) >= NearDuplicates.NEAR) {
          expected.add(i + "-" + k);
        }
      }
    }
    NearDuplicates found = NearDuplicates.find(PromptSet.of("set", prompts));
    assertThat(expected).hasSizeGreaterThan(20);
    assertThat(found.matches())
        .extracting(match -> match.first().id() + "-" + match.second().id())
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  private static double jaccard(LabelledPrompt first, LabelledPrompt second) {
    Set<String> all = new HashSet<>(NormalisedText.words(first.text()));
    Set<String> shared = new HashSet<>(all);
    all.addAll(NormalisedText.words(second.text()));
    shared.retainAll(NormalisedText.words(second.text()));
    return (double) shared.size() / all.size();
  }

  @Test
  void manyEqualTextsAreReportedInBoundedNumber() {
    List<LabelledPrompt> prompts =
        IntStream.range(0, 12_000)
            .mapToObj(i -> prompt(i, "same text", Label.HARMLESS, SPLITS.get(i % 2)))
            .toList();
    NearDuplicates found = NearDuplicates.find(PromptSet.of("set", prompts));
    assertThat(found.matches()).hasSize(NearDuplicates.MOST_MATCHES);
    assertThat(found.complete()).isFalse();
  }
}
