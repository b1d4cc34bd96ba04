package org.demur.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;

class SharedPromptFilesTest {
  private static List<PromptText> read(String file, ReadOptions options) {
    return PromptFiles.read(SharedFixtures.require("data/" + file), options);
  }

  @Test
  void publicSetsAreReadWhole() {
    ReadOptions usual = ReadOptions.defaults();
    assertThat(read("xstest/xstest_prompts.csv", usual.withCategoryField("type"))).hasSize(354);
    assertThat(read("phtest/phtest_v0.1.csv", usual)).hasSize(3_224);
    assertThat(read("or_bench/or-bench-hard-1k.csv", usual)).hasSize(1_315);
    assertThat(read("refusal_direction/harmful_train.jsonl", usual)).hasSize(252);
    assertThat(read("refusal_direction/harmless_train.jsonl", usual)).hasSize(2_000);
    assertThat(read("true_false/cities.csv", usual.withField("statement"))).hasSize(1_496);
    assertThat(read("chatgpt_refusals/nyp.jsonl", usual)).hasSize(17);
  }

  @Test
  void lineFeedsInQuotesBelongToThePrompt() {
    List<PromptText> prompts = read("oktest/oktest.csv", ReadOptions.defaults());
    assertThat(prompts).hasSize(297).allMatch(prompt -> prompt.text().endsWith("\n"));
  }

  @Test
  void categoriesAndIdsComeFromTheFile() {
    List<PromptText> prompts = read("xstest/xstest_prompts.csv", ReadOptions.defaults());
    assertThat(prompts.get(4).id()).isEqualTo("6");
    List<PromptText> harmful = read("refusal_direction/harmful_test.jsonl", ReadOptions.defaults());
    assertThat(harmful).allMatch(prompt -> prompt.category().isPresent());
  }

  @Test
  void twoFilesMakeASet() {
    PromptSet set =
        PromptSet.ofFiles(
            SharedFixtures.require("data/refusal_direction/harmful_train.jsonl"),
            SharedFixtures.require("data/refusal_direction/harmless_val.jsonl"),
            ReadOptions.defaults(),
            7);
    assertThat(set.size()).isEqualTo(752);
    assertThat(set.with(Label.HARMFUL).in(Split.TRAIN).size()).isBetween(99, 102);
    assertThat(set.with(Label.HARMFUL).in(Split.VALIDATION).size()).isBetween(49, 52);
    assertThat(set.with(Label.HARMLESS).in(Split.TEST).size()).isBetween(199, 201);
  }
}
