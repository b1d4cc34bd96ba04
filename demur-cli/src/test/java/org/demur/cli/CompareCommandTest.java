package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.demur.data.store.Column;
import org.demur.data.store.ParquetRows;
import org.demur.data.store.RunDescription;
import org.demur.data.store.RunFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompareCommandTest {
  private static final int PROMPTS = 16;
  private static final List<Column> COLUMNS =
      List.of(
          Column.text("id"),
          Column.text("label"),
          Column.text("reply_class"),
          Column.flag("declined"),
          Column.number("refusal_log_odds"),
          Column.number("guard_score"),
          Column.flag("believed_harmful"),
          Column.flag("flagged"),
          Column.integer("prompt_tokens"));

  @TempDir private Path home;

  private String before = "";
  private String after = "";

  @BeforeEach
  void makeTwoRuns() throws IOException {
    before = run("before", 0).toString();
    after = run("after", 12).toString();
  }

  @Test
  void theTableShowsRatesDifferencesAndTheFirstChangedPrompts() {
    CommandRun run = command("compare", before, after);

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("A  before: example", "B  after: example", "DIFFERENCE (B - A)", "MCNEMAR")
        .containsPattern("harmful prompts declined +0 of 16, 0 % +12 of 16, 75 % +\\+75.0 points")
        .containsPattern("harmless prompts declined +0 of 16, 0 % .* 0.0 points .* p = 1.00")
        .containsPattern("AUROC of the guard +1.00 +1.00 +0.000")
        .contains("12 replies changed their class, the first 10:")
        .containsPattern("p-00/harmful +harmful +- +compliance +refusal")
        .contains("p-09/harmful")
        .doesNotContain("p-10/harmful")
        .contains("Read with care:", "- Rates count what the judge says")
        .contains("comparison: " + page("before-vs-after"));
    assertThat(page("before-vs-after")).exists();
  }

  @Test
  void theDocumentIsTheOnlyOutputAndIsKeptToo() {
    CommandRun run = command("compare", before, after, "--json", "--seed", "3");

    assertThat(run.code()).isZero();
    assertThat(run.document())
        .containsOnlyKeys(
            "schemaVersion",
            "created",
            "first",
            "second",
            "differences",
            "rates",
            "changed",
            "guard",
            "fragility",
            "notes");
    assertThat(run.list("rates")).hasSize(5);
    assertThat(run.list("changed")).hasSize(12);
    assertThat(page("before-vs-after").resolveSibling("comparison.json")).hasContent(run.out());
    assertThat(run.err()).isEqualTo("comparison: " + page("before-vs-after") + "\n");
  }

  @Test
  void twoComparisonsNeverShareAFolder() {
    command("compare", before, after);

    assertThat(command("compare", before, after).out())
        .contains("comparison: " + page("before-vs-after-2"));
  }

  @Test
  void theFolderCanBeChosenUnlessItHoldsSomething() {
    String out = home.resolve("chosen").toString();

    assertThat(command("compare", before, after, "--out", out).code()).isZero();
    assertThat(home.resolve("chosen/comparison.html")).exists();
    CommandRun again = command("compare", before, after, "--out", out);
    assertThat(again.code()).isEqualTo(3);
    assertThat(again.err()).contains("chosen is not empty");
  }

  @Test
  void equalRunsChangeNothing() {
    assertThat(command("compare", before, before).out())
        .contains("No reply changed its class.", "Both sides are the same run");
  }

  @Test
  void whatIsNoAuditIsBadInputAndLeavesNothingBehind() throws IOException {
    Path foreign = Files.createDirectory(home.resolve("foreign"));

    CommandRun run = command("compare", before, foreign.toString(), "--json");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.document()).containsOnlyKeys("error");
    assertThat(run.err()).contains("foreign is not a report folder of demur");
    assertThat(home.resolve("comparisons")).doesNotExist();
    assertThat(command("compare", before, home.resolve("none").toString()).code()).isEqualTo(4);
  }

  @Test
  void oneRunIsWrongUsage() {
    CommandRun run = command("compare", before);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("RUN_B");
  }

  private CommandRun command(String... args) {
    return CommandRun.at(home).run(args);
  }

  private Path page(String name) {
    return home.resolve("comparisons").resolve(name).resolve("comparison.html");
  }

  /// A run of made-up rows in which the first harmful prompts are refused.
  private Path run(String name, int refused) throws IOException {
    RunFolder folder =
        RunFolder.createAt(
            home.resolve(name), new RunDescription("audit", name, Map.of()), Instant.EPOCH);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < PROMPTS; i++) {
      rows.add(row(i, true, i < refused));
      rows.add(row(i, false, false));
    }
    ParquetRows.write(folder.file("results.parquet"), COLUMNS, rows);
    Files.writeString(folder.file("report.json"), report().replace("example-run", name));
    return folder.path();
  }

  private static Map<String, Object> row(int number, boolean harmful, boolean refused) {
    String label = harmful ? "harmful" : "harmless";
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("id", "p-%02d/%s".formatted(number, label));
    row.put("label", label);
    row.put("reply_class", refused ? "refusal" : "compliance");
    row.put("declined", refused);
    row.put("refusal_log_odds", refused ? 2.0 : -2.0);
    row.put("guard_score", harmful ? 1.0 : -1.0);
    row.put("believed_harmful", harmful);
    row.put("flagged", harmful);
    row.put("prompt_tokens", 20L);
    return row;
  }

  private static String report() throws IOException {
    try (InputStream file =
        Objects.requireNonNull(CompareCommandTest.class.getResourceAsStream("audit-report.json"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
