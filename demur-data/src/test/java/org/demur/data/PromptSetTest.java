package org.demur.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptSetTest {
  private static final List<Split> SPLITS = List.of(Split.values());

  @TempDir private Path folder;

  private Path file(String name, List<String> lines) throws IOException {
    return Files.write(folder.resolve(name), lines);
  }

  private static List<String> lines(String word, int count) {
    return IntStream.range(0, count).mapToObj(i -> word + " number " + i).toList();
  }

  private PromptSet ofFiles(List<String> harmful, List<String> harmless, long seed)
      throws IOException {
    return PromptSet.ofFiles(
        file("bad.txt", harmful), file("good.txt", harmless), ReadOptions.defaults(), seed);
  }

  @Test
  void splitsAreFortyTwentyFortyForEachLabel() throws IOException {
    PromptSet set = ofFiles(lines("break", 100), lines("bake", 50), 1);
    assertThat(set.name()).isEqualTo("bad.txt and good.txt");
    assertThat(sizes(set.with(Label.HARMFUL))).containsExactly(40, 20, 40);
    assertThat(sizes(set.with(Label.HARMLESS))).containsExactly(20, 10, 20);
    assertThat(set.prompts().getFirst().id()).isEqualTo("1/harmful");
  }

  private static List<Integer> sizes(PromptSet set) {
    return SPLITS.stream().map(split -> set.in(split).size()).toList();
  }

  @Test
  void theSeedDecidesTheSplitsAndTheOrderOfTheFileDoesNot() throws IOException {
    List<String> lines = new ArrayList<>(lines("break", 60));
    Map<String, Split> before = splits(ofFiles(lines, lines("bake", 60), 1));
    assertThat(splits(ofFiles(lines, lines("bake", 60), 2))).isNotEqualTo(before);
    Collections.reverse(lines);
    assertThat(splits(ofFiles(lines, lines("bake", 60), 1))).isEqualTo(before);
  }

  private static Map<String, Split> splits(PromptSet set) {
    return set.prompts().stream()
        .collect(Collectors.toMap(LabelledPrompt::text, LabelledPrompt::split));
  }

  @Test
  void theSmallestSetHasOnePromptInEachSplit() throws IOException {
    PromptSet set = ofFiles(lines("break", 3), lines("bake", 3), 1);
    assertThat(sizes(set.with(Label.HARMFUL))).containsExactly(1, 1, 1);
    assertThatThrownBy(() -> ofFiles(lines("break", 2), lines("bake", 3), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "bad.txt has 2 different prompts; at least 3 harmful ones are needed");
  }

  @Test
  void textsThatDifferOnlyInPunctuationStayInOneSplit() throws IOException {
    List<String> harmful = new ArrayList<>(lines("break", 30));
    lines("break", 30).forEach(line -> harmful.add(line.toUpperCase(Locale.ROOT) + "!"));
    PromptSet set = ofFiles(harmful, lines("bake", 30), 3);
    assertThat(NearDuplicates.find(set).matches()).noneMatch(NearDuplicates.Match::exact);
  }

  @Test
  void aTextThatIsHarmfulAndHarmlessIsNamed() throws IOException {
    List<String> harmless = new ArrayList<>(lines("bake", 3));
    harmless.add("BREAK number 2?");
    assertThatThrownBy(() -> ofFiles(lines("break", 3), harmless, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("harmful in", "bad.txt (prompt 3)", "good.txt (prompt 4)")
        .hasMessageNotContaining("BREAK");
  }

  private static LabelledPrompt prompt(String pair, String category, Label label, Split split) {
    return new LabelledPrompt(
        pair + "/" + label.id(),
        "text of " + pair + " " + label,
        label,
        Optional.of(category),
        Optional.of(pair),
        split);
  }

  private static PromptSet pairs() {
    List<LabelledPrompt> prompts = new ArrayList<>();
    for (String category : List.of("fraud", "theft")) {
      for (int i = 0; i < 6; i++) {
        for (Label label : Label.values()) {
          prompts.add(prompt(category + i, category, label, SPLITS.get(i % 3)));
        }
      }
    }
    return PromptSet.of("pairs", prompts);
  }

  @Test
  void theHashIsThatOfTheContent() {
    PromptSet set = pairs();
    assertThat(set.sha256()).isEqualTo(pairs().sha256()).hasSize(64);
    assertThat(PromptSet.of("other name", set.prompts()).sha256()).isEqualTo(set.sha256());
    assertThat(set.in(Split.TRAIN).sha256()).isNotEqualTo(set.sha256());
    assertThat(PromptSet.of("x", List.of(prompt("a", "b", Label.HARMFUL, Split.TEST))).sha256())
        .isEqualTo("0b2204d250dadc98f53d822ace6826de74f28e5b187680422264b1b6a76a6b11");
    assertThatThrownBy(() -> new PromptSet("x", "0", set.prompts()))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected 0");
  }

  @Test
  void partsKeepTheirOrder() {
    PromptSet set = pairs();
    assertThat(set.in(Split.TEST).with(Label.HARMLESS).prompts())
        .extracting(LabelledPrompt::id)
        .containsExactly(
            "fraud2/harmless", "fraud5/harmless", "theft2/harmless", "theft5/harmless");
    assertThat(set.categories()).containsExactly("fraud", "theft");
    assertThat(set.inCategories(List.of("theft")).size()).isEqualTo(12);
    assertThat(set.find("theft5/harmful")).isPresent();
    assertThatThrownBy(() -> set.inCategories(List.of("thefd")))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "pairs has no category \"thefd\"; did you mean \"theft\"?; it has fraud, theft");
  }

  @Test
  void aSampleTakesCategoriesInTurnAndPairsWhole() {
    PromptSet sample = pairs().atMost(2);
    assertThat(sizes(sample)).containsExactly(4, 4, 4);
    assertThat(sample.in(Split.TEST).prompts())
        .extracting(LabelledPrompt::id)
        .containsExactly("fraud2/harmful", "fraud2/harmless", "theft2/harmful", "theft2/harmless");
    assertThat(pairs().atMost(100)).isEqualTo(pairs());
  }

  @Test
  void oneClassIsNotEnough() {
    assertThat(pairs().requireBothLabels()).isEqualTo(pairs());
    assertThatThrownBy(() -> pairs().with(Label.HARMFUL).requireBothLabels())
        .isInstanceOf(DataException.class)
        .hasMessage("pairs has no harmless prompts; both harmful and harmless ones are needed");
  }

  @Test
  void interleavingTakesCategoriesInTurnAndLosesNothing() {
    List<LabelledPrompt> prompts = new ArrayList<>();
    for (String name : List.of("a1", "a2", "a3", "b1", "c1", "c2", "-1")) {
      String category = name.substring(0, 1);
      prompts.add(
          new LabelledPrompt(
              name,
              "text of " + name,
              Label.HARMFUL,
              category.equals("-") ? Optional.empty() : Optional.of(category),
              Optional.empty(),
              Split.TRAIN));
    }

    assertThat(PromptSet.of("set", prompts).interleaved().prompts())
        .extracting(LabelledPrompt::id)
        .containsExactly("a1", "b1", "c1", "-1", "a2", "c2", "a3");
  }
}
