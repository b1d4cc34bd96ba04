package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Audits of a tiny random model: what it says means nothing, but everything must be there, be the
/// same again, and go on after an interruption.
final class AuditCommandTest {
  @TempDir private static Path shared;
  private static String model = "";
  private static String harmful = "";
  private static String harmless = "";

  @TempDir private Path home;

  @BeforeAll
  static void write() throws IOException {
    model = TinyModel.in(shared, OptionalLong.of(512)).toString();
    harmful = prompts("harmful.jsonl", 'a', 24);
    harmless = prompts("harmless.jsonl", 'm', 24);
  }

  private static String prompts(String name, char first, int count) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = Character.toString(first + i % 12).repeat(1 + i % 3) + (char) ('0' + i % 10);
      lines.add(
          "{\"prompt\": \"%s %d\", \"category\": \"%s\"}"
              .formatted(text, i, i % 2 == 0 ? "even" : "odd"));
    }
    return Files.write(shared.resolve(name), lines).toString();
  }

  private CommandRun audit(Path out, String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "audit",
                model,
                "--harmful",
                harmful,
                "--harmless",
                harmless,
                "--profile",
                "quick",
                "--out",
                out.toString()));
    args.addAll(List.of(more));
    return CommandRun.at(home).run(args.toArray(String[]::new));
  }

  @Test
  void aRunEndsWithFiveLinesAndLeavesItsFolder() throws IOException {
    Path out = home.resolve("run");
    CommandRun run = audit(out);

    assertThat(run.err()).doesNotContain("error:");
    assertThat(run.code()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines).hasSize(6);
    assertThat(lines.getFirst()).contains("Does it help with harm?");
    assertThat(lines.getLast()).isEqualTo("report: " + out.resolve("report.html"));
    assertThat(out)
        .isDirectoryContaining("glob:**/report.json")
        .isDirectoryContaining("glob:**/report.html")
        .isDirectoryContaining("glob:**/results.parquet")
        .isDirectoryContaining("glob:**/guard.safetensors")
        .isDirectoryContaining("glob:**/guard.json")
        .isDirectoryContaining("glob:**/directions.safetensors")
        .isDirectoryContaining("glob:**/journal.jsonl");
    assertThat(Files.readString(out.resolve("report.html"))).contains("</html>");
    assertThat(run.err()).contains("hidden states, train ...");
  }

  @Test
  void theDocumentIsTheReport() throws IOException {
    Path out = home.resolve("run");
    CommandRun run = audit(out, "--json", "--seed", "5");

    assertThat(run.document())
        .isEqualTo(TestJson.object(Files.readString(out.resolve("report.json"))));
    assertThat(part(run.document(), "run").get("seed")).isEqualTo(5);
    assertThat(part(run.document(), "run").get("profile")).isEqualTo("quick");
    assertThat(run.document()).containsKeys("verdict", "belief", "guard", "fragility", "limits");
  }

  @Test
  void theSameSeedGivesTheSameBits() throws IOException {
    audit(home.resolve("first"));
    audit(home.resolve("second"));

    assertSameResults(home.resolve("first"), home.resolve("second"));
  }

  @Test
  void aRunIsRepeatedFromItsReport() throws IOException {
    audit(home.resolve("first"), "--seed", "3", "--no-replies");

    CommandRun again =
        CommandRun.at(home)
            .run(
                "audit",
                "--repeat",
                home.resolve("first/report.json").toString(),
                "--out",
                home.resolve("second").toString());

    assertThat(again.err()).doesNotContain("error:");
    assertThat(again.code()).isZero();
    assertSameResults(home.resolve("first"), home.resolve("second"));
    assertThat(Files.readString(home.resolve("second/journal.jsonl"))).contains("\"excerpt\":\"\"");
    assertBad(4, "nowhere.json", "audit", "--repeat", home.resolve("nowhere.json").toString());
  }

  @Test
  void anInterruptedRunGoesOnAndGivesTheSameBits() throws IOException {
    Path whole = home.resolve("whole");
    Path torn = home.resolve("torn");
    audit(whole);
    audit(torn);
    // What a kill leaves: part of the journal, its last line torn, and no report.
    List<String> journal = Files.readAllLines(torn.resolve("journal.jsonl"));
    String half = String.join("\n", journal.subList(0, journal.size() / 2));
    Files.writeString(torn.resolve("journal.jsonl"), half.substring(0, half.length() - 7));
    for (String file : List.of("report.json", "report.html", "results.parquet")) {
      Files.delete(torn.resolve(file));
    }

    CommandRun resumed = audit(torn, "--resume");

    assertThat(resumed.err()).doesNotContain("error:");
    assertThat(resumed.code()).isZero();
    assertSameResults(whole, torn);
  }

  private static void assertSameResults(Path first, Path second) throws IOException {
    for (String file : List.of("results.parquet", "guard.safetensors", "directions.safetensors")) {
      assertThat(second.resolve(file)).as(file).hasSameBinaryContentAs(first.resolve(file));
    }
    Map<String, Object> one = TestJson.object(Files.readString(first.resolve("report.json")));
    Map<String, Object> other = TestJson.object(Files.readString(second.resolve("report.json")));
    for (String key : List.of("verdict", "behaviour", "belief", "guard", "directions", "tokens")) {
      assertThat(other.get(key)).as(key).isEqualTo(one.get(key));
    }
  }

  @Test
  void runsNeverOverwriteEachOtherAndGoOnOnlyAsTheyBegan() {
    Path out = home.resolve("run");
    audit(out);
    CommandRun again = audit(out);
    assertThat(again.code()).isEqualTo(3);
    assertThat(again.err()).contains(out.toString());

    CommandRun other = audit(out, "--resume", "--seed", "9");
    assertThat(other.code()).isEqualTo(3);
    assertThat(other.err()).contains("seed").contains("9");
  }

  @Test
  void repliesAreLeftOutWhenAsked() throws IOException {
    Path out = home.resolve("run");
    audit(out, "--no-replies");
    assertThat(Files.readString(out.resolve("report.json"))).doesNotContain("\"excerpt\" : \"");
    assertThat(Files.readString(out.resolve("journal.jsonl"))).contains("\"excerpt\":\"\"");
  }

  @Test
  void aFolderOfSomebodyElseIsNotTouched() throws IOException {
    Path out = Files.createDirectory(home.resolve("mine"));
    Files.writeString(out.resolve("thesis.txt"), "precious");
    CommandRun run = audit(out);
    assertThat(run.code()).isEqualTo(3);
    assertThat(audit(out, "--resume").code()).isNotZero();
    assertThat(out).isDirectoryNotContaining("glob:**/journal.jsonl");
  }

  @Test
  void badInputIsOneSentence() throws IOException {
    Path out = home.resolve("run");
    assertBad(2, "go together", "audit", model, "--harmful", harmful);
    assertBad(
        2, "unknown profile \"huge\"; known: quick, standard, full", "audit", "--profile", "huge");
    assertBad(2, "--fpr must be at least 0 and below 1", "audit", model, "--fpr", "1.5");
    CommandRun category = audit(out, "--category", "evn");
    assertThat(category.code()).isNotZero();
    assertThat(category.err()).contains("evn").contains("even");
    String broken =
        Files.writeString(home.resolve("broken.jsonl"), "{\"prompt\": \"x\"}\n{oops\n").toString();
    assertBad(3, "line 2", "audit", model, "--harmful", broken, "--harmless", harmless);
    String empty = Files.writeString(home.resolve("empty.jsonl"), "").toString();
    assertBad(3, "empty.jsonl", "audit", model, "--harmful", empty, "--harmless", harmless);
    String same = harmful;
    assertBad(3, "", "audit", model, "--harmful", same, "--harmless", harmful);
    String wordy = "w".repeat(5000);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      lines.add("{\"prompt\": \"%s%d\"}".formatted(wordy, i));
    }
    String longer = Files.write(home.resolve("long.jsonl"), lines).toString();
    assertBad(3, "leaves room for", "audit", model, "--harmful", longer, "--harmless", harmless);
  }

  private void assertBad(int code, String message, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--out", home.resolve("bad").toString()));
    CommandRun run = CommandRun.at(home).run(all.toArray(String[]::new));
    assertThat(run.err()).contains("error:").contains(message).doesNotContain("\tat ");
    assertThat(run.code()).isEqualTo(code);
  }

  private static Map<?, ?> part(Map<String, Object> document, String key) {
    return document.get(key) instanceof Map<?, ?> map ? map : Map.of();
  }
}
