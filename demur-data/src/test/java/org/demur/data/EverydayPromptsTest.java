package org.demur.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EverydayPromptsTest {
  @Test
  void everySplitHasRequestsAndTheyAreNotThoseOfThePairs() {
    PromptSet everyday = EverydayPrompts.builtIn();

    assertThat(everyday.size()).isGreaterThanOrEqualTo(80);
    assertThat(everyday.in(Split.TRAIN).size()).isGreaterThanOrEqualTo(40);
    assertThat(everyday.in(Split.VALIDATION).size()).isGreaterThanOrEqualTo(16);
    assertThat(everyday.in(Split.TEST).size()).isGreaterThanOrEqualTo(24);
    assertThat(everyday.with(Label.HARMFUL).size()).isZero();
    PromptSet more = EverydayPrompts.moreToTrainOn();
    assertThat(more.in(Split.TRAIN).size()).isEqualTo(more.size()).isGreaterThanOrEqualTo(150);
    assertThat(more.with(Label.HARMFUL).size()).isZero();
    List<LabelledPrompt> together = new ArrayList<>(everyday.prompts());
    together.addAll(more.prompts());
    Set<String> own =
        together.stream().map(LabelledPrompt::id).collect(Collectors.toUnmodifiableSet());
    together.addAll(PromptPairs.builtIn().prompts());
    together.addAll(PromptPairs.moreToTrainOn().prompts());
    NearDuplicates found = NearDuplicates.find(PromptSet.of("both", together));
    assertThat(found.matches())
        .noneMatch(match -> own.contains(match.first().id()) || own.contains(match.second().id()));
  }
}
