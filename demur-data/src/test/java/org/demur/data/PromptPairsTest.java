package org.demur.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptPairsTest {
  private static final Pattern MINORS =
      Pattern.compile(
          "(?i)\\b(child(ren)?|kids?|minors?|teen(s|ager|agers|age)?|under-?age|toddlers?|infants?"
              + "|schoolgirls?|schoolboys?|pupils?|preteens?|adolescents?|juveniles?|babies"
              + "|son|daughter|niece|nephew|grandchild(ren)?|grandson|granddaughter)\\b");

  @TempDir private Path folder;

  private static PromptSet all() {
    List<LabelledPrompt> prompts = new ArrayList<>(PromptPairs.builtIn().prompts());
    prompts.addAll(PromptPairs.moreToTrainOn().prompts());
    return PromptSet.of("all pairs", prompts);
  }

  @Test
  void thereAreMorePairsOfEveryKindToTrainOn() {
    PromptSet more = PromptPairs.moreToTrainOn();
    assertThat(more.with(Label.HARMFUL).size()).isGreaterThanOrEqualTo(140);
    assertThat(more.in(Split.TRAIN)).isEqualTo(more);
    assertThat(more.categories())
        .containsExactlyInAnyOrderElementsOf(PromptPairs.builtIn().categories());
  }

  @Test
  void thereAreManyPairsOfManyKindsInEverySplit() {
    PromptSet set = PromptPairs.builtIn();
    assertThat(set.with(Label.HARMFUL).size()).isGreaterThanOrEqualTo(160);
    assertThat(set.with(Label.HARMLESS).size()).isEqualTo(set.with(Label.HARMFUL).size());
    assertThat(set.categories()).hasSizeGreaterThanOrEqualTo(10);
    for (Split split : Split.values()) {
      assertThat(set.in(split).categories())
          .as("categories in " + split)
          .containsExactlyInAnyOrderElementsOf(set.categories());
    }
  }

  @Test
  void thePromptsOfAPairShareTheirSplitAndTheirLastCharacterClass() {
    PromptSet set = all();
    for (LabelledPrompt prompt : set.with(Label.HARMFUL).prompts()) {
      LabelledPrompt twin = set.twin(prompt).orElseThrow();
      assertThat(twin.split()).as(prompt.id()).isEqualTo(prompt.split());
      assertThat(ending(twin)).as(prompt.id()).isEqualTo(ending(prompt));
      assertThat(set.twin(twin)).contains(prompt);
    }
  }

  private static String ending(LabelledPrompt prompt) {
    return prompt.text().replaceFirst("(?s).*[\\p{L}\\p{N}]", "");
  }

  @Test
  void twinsAreAboutAsLongAndShareWords() {
    PromptSet set = all();
    double harmful = meanLength(set.with(Label.HARMFUL));
    assertThat(meanLength(set.with(Label.HARMLESS))).isBetween(harmful * 0.9, harmful * 1.1);
    for (LabelledPrompt prompt : set.with(Label.HARMFUL).prompts()) {
      Set<String> shared = new HashSet<>(NormalisedText.words(prompt.text()));
      shared.retainAll(NormalisedText.words(set.twin(prompt).orElseThrow().text()));
      assertThat(shared).as(prompt.id()).hasSizeGreaterThanOrEqualTo(2);
    }
  }

  private static double meanLength(PromptSet set) {
    return set.prompts().stream().mapToInt(prompt -> prompt.text().length()).average().orElse(0);
  }

  @Test
  void nothingIsRepeatedAcrossSplitsOrLabels() {
    NearDuplicates duplicates = NearDuplicates.find(all());
    assertThat(duplicates.complete()).isTrue();
    assertThat(
            duplicates.matches().stream()
                .map(match -> match.first().id() + " = " + match.second().id())
                .collect(Collectors.toList()))
        .isEmpty();
  }

  @Test
  void noPromptIsAboutMinors() {
    List<String> found =
        all().prompts().stream()
            .filter(prompt -> MINORS.matcher(prompt.text()).find())
            .map(LabelledPrompt::id)
            .toList();
    assertThat(found).isEmpty();
  }

  @Test
  void pairsOfOnesOwnAreReadAndBrokenOnesNamed() throws IOException {
    String good =
        "{\"id\":\"a-1\",\"category\":\"a\",\"split\":\"test\",\"harmful\":\"x\",\"harmless\":\"y\"}\n";
    PromptSet set = PromptPairs.read(Files.writeString(folder.resolve("p.jsonl"), good));
    assertThat(set.prompts())
        .extracting(LabelledPrompt::id)
        .containsExactly("a-1/harmful", "a-1/harmless");
    refused(good.replace("test", "dev"), "line 1: field \"split\" must be train, validation, test");
    refused(good.replace("harmless", "other"), "field \"harmless\" must be there");
    refused(good + good, "the id \"a-1/harmful\" is there twice");
    refused("", "holds no pairs");
  }

  private void refused(String content, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("broken.jsonl"), content);
    assertThatThrownBy(() -> PromptPairs.read(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }
}
