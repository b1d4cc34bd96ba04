package org.demur.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.demur.core.DemurException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LabelledRowsTest {
  @TempDir private Path home;

  private LabelledRows read(String name, String content) throws IOException {
    return LabelledRows.read(Files.writeString(home.resolve(name), content));
  }

  @Test
  void labelsSplitsPairsAndRepliesAreRead() throws IOException {
    LabelledRows rows =
        read(
            "rows.jsonl",
            """
            {"id": "a", "prompt": "Copy a key", "label": "harmful", "pair": "1", "reply": "No."}
            {"id": 7, "prompt": "Copy a file", "label": "Harmless", "pair": "1", "split": "test"}
            {"prompt": "Bake bread", "label": "harmless", "split": null, "reply": ""}
            """);

    assertThat(rows.prompts().prompts())
        .extracting(LabelledPrompt::id)
        .containsExactly("a", "7", "row 3");
    assertThat(rows.prompts().prompts())
        .extracting(LabelledPrompt::split)
        .containsExactly(Split.TRAIN, Split.TEST, Split.TRAIN);
    assertThat(rows.prompts().with(Label.HARMFUL).size()).isEqualTo(1);
    assertThat(rows.prompts().twin(rows.prompts().prompts().getFirst()))
        .map(LabelledPrompt::id)
        .contains("7");
    assertThat(rows.replies()).containsOnlyKeys("a").containsEntry("a", "No.");
  }

  @Test
  void aTableOfCommasWithoutSplitsIsForTraining() throws IOException {
    LabelledRows rows = read("rows.csv", "label,text\nharmful,Pick a lock\nharmless,Pick fruit\n");

    assertThat(rows.prompts().in(Split.TRAIN).size()).isEqualTo(2);
    assertThat(rows.replies()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"prompt\": \"a\"} | line 1: there is no field \"label\"",
        "{\"prompt\": \"a\", \"label\": \"bad\"} | field \"label\" is none of harmful, harmless",
        "{\"prompt\": \"a\", \"label\": 1} | field \"label\" holds a number; expected a string",
        "{\"prompt\": \" \", \"label\": \"harmful\"} | field \"prompt\" is empty",
        "{\"prompt\": \"a\", \"label\": \"harmful\", \"split\": \"dev\"} | none of train, validation, test",
        "{\"prompt\": \"a\", \"label\": \"harmful\", \"pair\": [1]} | field \"pair\" is no string",
        "{\"prompt\": \"a\", \"label\": \"harmful\", \"reply\": 3} | field \"reply\" holds a number"
      })
  void aRowThatIsWrongIsNamed(String row, String message) {
    assertThatThrownBy(() -> read("rows.jsonl", row + "\n"))
        .isInstanceOf(DemurException.class)
        .hasMessageContaining("rows.jsonl")
        .hasMessageContaining(message.strip());
  }

  @Test
  void aPromptWithBothLabelsIsAContradiction() {
    assertThatThrownBy(
            () ->
                read(
                    "rows.tsv",
                    "prompt\tlabel\nPick a lock\tharmful\nBake\tharmless\nPICK A LOCK!\tharmless\n"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("line 4: the same prompt is harmless here and harmful in")
        .hasMessageContaining("line 2")
        .hasMessageNotContaining("lock");
  }
}
