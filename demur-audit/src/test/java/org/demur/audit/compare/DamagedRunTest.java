package org.demur.audit.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.demur.core.DemurException;
import org.demur.data.store.RunDescription;
import org.demur.data.store.RunFolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DamagedRunTest {
  private static final int BAD_INPUT = 3;

  @TempDir private Path home;

  private Path good = Path.of("");
  private Path bad = Path.of("");

  @BeforeEach
  void makeTwoRuns() {
    good = new ExampleRun(6).in(home, "good");
    bad = new ExampleRun(6).in(home, "bad");
  }

  @Test
  void aFolderThatIsNotOursIsNamed() throws IOException {
    Path foreign = Files.createDirectory(home.resolve("foreign"));
    Files.writeString(foreign.resolve("report.json"), "{}");

    assertThat(failure(foreign, BAD_INPUT))
        .contains("foreign is not a report folder of demur (it has no run.json of ours)");
  }

  @Test
  void aFolderOfAnotherKindIsNamed() {
    Path sweep = home.resolve("sweep");
    RunFolder.createAt(sweep, new RunDescription("sweep", "x", Map.of()), Instant.EPOCH);

    assertThat(failure(sweep, BAD_INPUT)).contains("kind \"sweep\"; expected \"audit\"");
  }

  @Test
  void aMissingFolderIsNotFound() {
    assertThat(failure(home.resolve("none"), 4)).contains("there is no folder", "none");
  }

  @Test
  void aFileThatIsNoReportIsNamed() throws IOException {
    Path file = Files.writeString(home.resolve("notes.txt"), "");

    assertThat(failure(file, BAD_INPUT))
        .contains("notes.txt is a file; the folder of an audit or its report.json is needed");
  }

  @Test
  void anAuditThatDidNotFinishSaysHowToGoOn() throws IOException {
    Files.delete(bad.resolve("report.json"));

    assertThat(failure(bad, BAD_INPUT)).contains("has no report.json", "--resume");
  }

  @Test
  void aReportThatIsCutIsNamed() throws IOException {
    Path report = bad.resolve("report.json");
    Files.writeString(report, Files.readString(report).substring(0, 900));

    assertThat(failure(bad, BAD_INPUT))
        .contains("report.json is not JSON")
        .doesNotContain("REDACTED");
  }

  @Test
  void aTableThatIsCutIsNamed() throws IOException {
    Path table = bad.resolve("results.parquet");
    byte[] bytes = Files.readAllBytes(table);
    Files.write(table, Arrays.copyOf(bytes, bytes.length / 2));

    assertThat(failure(bad, BAD_INPUT))
        .contains("results.parquet is not a Parquet file that can be read");
  }

  @Test
  void aMissingColumnIsNamed() {
    new ExampleRun(6).writeWithout("flagged", bad.resolve("results.parquet"));

    assertThat(failure(bad, BAD_INPUT)).contains("results.parquet has no column \"flagged\"");
  }

  @Test
  void anUnknownClassIsNamedWithItsRow() {
    Path run = new ExampleRun(6).with(ExampleRun.harmful(1), "reply_class", "rude").in(home, "x");

    assertThat(failure(run, BAD_INPUT))
        .contains("results.parquet, row 3: reply_class is not one of refusal, partial_refusal");
  }

  @Test
  void anUnknownLabelIsNamedWithItsRow() {
    Path run = new ExampleRun(6).with(ExampleRun.harmful(0), "label", "odd").in(home, "x");

    assertThat(failure(run, BAD_INPUT)).contains("row 1: label is neither");
  }

  @Test
  void aScoreThatIsNotFiniteIsNamedWithItsRow() {
    Path run =
        new ExampleRun(6).with(ExampleRun.harmful(0), "guard_score", Double.NaN).in(home, "x");

    assertThat(failure(run, BAD_INPUT)).contains("row 1: guard_score is NaN");
  }

  @Test
  void anIdThatOccursTwiceIsNamedWithItsRow() {
    Path run =
        new ExampleRun(6).with(ExampleRun.harmless(0), "id", ExampleRun.harmful(0)).in(home, "x");

    assertThat(failure(run, BAD_INPUT)).contains("row 2: id occurs twice");
  }

  @Test
  void aRunWithoutPromptsIsNamed() {
    Path run =
        new ExampleRun(1)
            .without(ExampleRun.harmful(0))
            .without(ExampleRun.harmless(0))
            .in(home, "x");

    assertThat(failure(run, BAD_INPUT)).contains("results.parquet has 0 rows");
  }

  @Test
  void runsWithoutACommonPromptCannotBeCompared() {
    Path other =
        new ExampleRun(1)
            .renamed(ExampleRun.harmful(0), "a")
            .with(ExampleRun.harmless(0), "label", "harmful")
            .in(home, "x");

    assertThat(failure(other, BAD_INPUT))
        .isEqualTo(
            "the runs share no prompt: good has 12 (example pairs), x has 2 (example pairs);"
                + " 1 ids occur in both, but for different prompts");
  }

  private String failure(Path run, int exitCode) {
    DemurException failure =
        catchThrowableOfType(DemurException.class, () -> RunComparison.of(good, run, 0));
    assertThat(failure).isNotNull();
    assertThat(failure.code().exitCode()).isEqualTo(exitCode);
    String message = String.valueOf(failure.getMessage());
    assertThat(message).doesNotContain("\n");
    return message;
  }
}
