package org.demur.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.demur.data.store.Column;
import org.demur.data.store.ParquetRows;
import org.demur.testkit.MutationRun;
import org.demur.testkit.Mutations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptFilesMutationTest {
  private static final String LINES =
      "{\"id\":1,\"prompt\":\"Name a river, 漢 🦙\",\"category\":\"a\",\"tags\":[1,{\"b\":null}]}\n"
          + "{\"id\":2,\"prompt\":\"Say \\\"hello\\\"\\n\",\"category\":\"b\",\"tags\":[]}\n"
          + "{\"id\":3,\"prompt\":\"Bake bread\",\"category\":null,\"tags\":1.5e3}\n";
  private static final String ARRAY =
      "[{\"prompt\":\"Name a river\",\"x\":[[1],[2]]},\n {\"prompt\":\"é漢\",\"x\":true}]";
  private static final String COMMAS =
      "id,prompt,category\n1,\"Name a river, please\",a\r\n2,\"Say \"\"hello\"\"\nand go\",b\n"
          + "3,Bake bread 漢,\n";
  private static final String TABS = "id\tprompt\n1\tName a river\n2\t\"Say\thello\"\n";
  private static final Map<String, String> SOURCES =
      Map.of("a.jsonl", LINES, "b.json", ARRAY, "c.csv", COMMAS, "d.tsv", TABS, "e.txt", COMMAS);

  @TempDir private Path folder;

  @Test
  void damagedTextFilesAreReadOrRefusedWithOneSentence() {
    List<String> names = SOURCES.keySet().stream().sorted().toList();
    MutationRun.Outcome outcome =
        new MutationRun("prompt files", 1_500)
            .allocatingAtMost(64L << 20)
            .run(
                seed -> {
                  String name = names.get(Math.floorMod(seed, names.size()));
                  String source = SOURCES.getOrDefault(name, "");
                  byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
                  byte[] damaged =
                      seed % 2 == 0
                          ? Mutations.mutate(bytes, seed)
                          : Mutations.mutateText(source, seed).getBytes(StandardCharsets.UTF_8);
                  check(Files.write(folder.resolve(name), damaged));
                });
    if (outcome.total() >= 1_000) {
      assertThat(outcome.accepted()).as("files that still work").isPositive();
      assertThat(outcome.refused()).as("files that are refused").isPositive();
    }
  }

  @Test
  void damagedParquetFilesAreReadOrRefusedWithOneSentence() throws IOException {
    Path whole = folder.resolve("whole.parquet");
    ParquetRows.write(
        whole,
        List.of(Column.integer("id"), Column.text("prompt"), Column.number("x").optional()),
        List.of(
            Map.of("id", 1L, "prompt", "Name a river", "x", 0.5),
            Map.of("id", 2L, "prompt", "Say hello")));
    byte[] bytes = Files.readAllBytes(whole);
    MutationRun.Outcome outcome =
        new MutationRun("Parquet files", 60)
            .run(
                seed ->
                    check(
                        Files.write(
                            folder.resolve("damaged.parquet"), Mutations.mutate(bytes, seed))));
    if (outcome.total() >= 60) {
      assertThat(outcome.refused()).as("files that are refused").isPositive();
    }
  }

  private static void check(Path file) {
    List<PromptText> prompts = PromptFiles.read(file, ReadOptions.defaults());
    assertThat(prompts).isNotEmpty().allMatch(prompt -> !prompt.text().isBlank());
    assertThat(prompts).extracting(PromptText::id).doesNotHaveDuplicates();
  }
}
