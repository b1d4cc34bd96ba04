package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.demur.directions.ControlVectors;
import org.demur.directions.DirectionFileJson;
import org.demur.directions.StoredDirections;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectionsCommandTest {
  @TempDir private static Path shared;
  private static String model = "";
  private static Path harmful = Path.of("");
  private static Path harmless = Path.of("");

  @TempDir private Path home;

  @BeforeAll
  static void write() throws IOException {
    model = TinyModel.in(shared).toString();
    harmful = prompts("harmful.jsonl", "take", "fraud");
    harmless = prompts("harmless.jsonl", "grab", "kind");
  }

  /// The last letters differ, so that bare prompts differ at their end before the first block.
  private static Path prompts(String name, String verb, String category) throws IOException {
    List<String> lines =
        IntStream.range(0, 10)
            .mapToObj(
                i ->
                    "{\"prompt\": \"it %d %s\", \"category\": \"%s\"}"
                        .formatted(i * 7, verb, i % 2 == 0 ? category : "spam"))
            .toList();
    return Files.write(shared.resolve(name), lines);
  }

  private CommandRun run(String command, String... args) {
    return CommandRun.at(home)
        .run(
            Stream.concat(Stream.of("directions", command, model), Stream.of(args))
                .toArray(String[]::new));
  }

  private CommandRun free(String... args) {
    return CommandRun.at(home)
        .run(Stream.concat(Stream.of("directions"), Stream.of(args)).toArray(String[]::new));
  }

  private static String[] data(String... more) {
    return Stream.concat(
            Stream.of("--harmful", harmful.toString(), "--harmless", harmless.toString()),
            Stream.of(more))
        .toArray(String[]::new);
  }

  private Path extracted(String... more) {
    Path out = home.resolve("d.safetensors");
    String[] args =
        Stream.concat(Stream.of("--split", "all", "--out", out.toString()), Stream.of(more))
            .toArray(String[]::new);
    CommandRun run = run("extract", data(args));
    assertThat(run.code()).as(run.err()).isZero();
    return out;
  }

  @Test
  void anExtractionHasADirectionForEveryTokenAndCategoryAndSaysWhatItIsMadeOf() {
    Path out = home.resolve("d.safetensors");
    CommandRun run =
        run("extract", data("--out", out.toString(), "--train", "3", "--seed", "5", "--json"));

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.document())
        .containsEntry("kind", "extraction")
        .containsEntry("centre", "mean")
        .containsEntry("seed", 5)
        .containsEntry("file", out.toString())
        .containsKeys("counts", "positions", "prompts", "architecture");
    assertThat(String.valueOf(run.document().get("counts"))).contains("harmful=3", "harmless=3");
    StoredDirections stored = StoredDirections.read(out);
    // after the text: <|end|> \n <|turn|> a s s i s t a n t \n
    assertThat(stored.candidates().spots()).isEqualTo(13);
    assertThat(stored.perRow("harmfulness")).hasSize(3 * 32);
    assertThat(stored.file().fingerprint().templateHash()).isPresent();
    assertThat(stored.file().vectors().keySet()).anyMatch(name -> name.startsWith("harmfulness."));
  }

  /// With almost the whole vocabulary as refusal tokens every direction induces "refusal".
  private static String[] loose(Path directions, Path out, String... more) {
    String ids = String.join(",", IntStream.range(2, 94).mapToObj(Integer::toString).toList());
    return Stream.of(
            data("--split", "all", "--directions", directions.toString(), "--out", out.toString()),
            new String[] {"--max-kl", "100", "--relaxed-kl", "100", "--refusal-tokens", ids},
            more)
        .flatMap(Stream::of)
        .toArray(String[]::new);
  }

  @Test
  void theBestCandidateIsWrittenAndCanBeAblated() {
    Path out = home.resolve("refusal.safetensors");
    Path directions = extracted("--plain");

    CommandRun text = run("select", loose(directions, out, "--plain"));
    CommandRun json = run("select", loose(directions, out, "--plain", "--json"));

    assertThat(text.code()).as(text.err()).isZero();
    assertThat(text.err()).contains("selection: 2 candidates");
    assertThat(text.out())
        .contains("POSITION", "selected", "discarded: 1 by layer >= 1")
        .contains("refusal, from token -1 and layer 0");
    assertThat(json.document())
        .containsEntry("scored", 2)
        .containsEntry("candidates", 2)
        .containsEntry("kept", 1)
        .containsEntry("relaxed", false)
        .containsEntry("file", out.toString())
        .containsKeys("selected", "discarded", "refusalTokens");
    assertThat(json.list("scores")).hasSize(2);
    assertThat(home.resolve("refusal.candidates.jsonl")).isRegularFile();
    assertThat(StoredDirections.read(out).layer()).hasValue(0);
    CommandRun ablated =
        CommandRun.at(home)
            .run("generate", model, "--prompt", "a", "--ablate", out + ":refusal", "--json");
    assertThat(ablated.code()).as(ablated.err()).isZero();
    assertThat(ablated.list("receipts")).isNotEmpty();
  }

  @Test
  void whenNothingIsWithinTheBoundsTheFiltersAreNamedAndNothingIsWritten() {
    Path out = home.resolve("refusal.safetensors");
    String[] args = loose(extracted(), out, "--positions", "-1,-2");

    CommandRun text = run("select", args);
    CommandRun json =
        run("select", Stream.concat(Stream.of(args), Stream.of("--json")).toArray(String[]::new));

    // Before the first block all prompts share the tokens after the user's text.
    assertThat(text.code()).isEqualTo(1);
    assertThat(text.out())
        .contains("2 by no direction", "2 by layer >= 1", "no candidate is within the bounds");
    assertThat(json.document()).containsEntry("selected", null).containsEntry("file", null);
    assertThat(out).doesNotExist();
  }

  @Test
  void refusalTokensOfAModelThatDoesNotRefuseAreTheUsualOnes() {
    CommandRun run =
        run(
            "select",
            data(
                "--split",
                "all",
                "--directions",
                extracted().toString(),
                "--positions=-1",
                "--layers",
                "1",
                "--prompts",
                "2",
                "--out",
                home.resolve("r.safetensors").toString()));

    assertThat(run.err())
        .contains("refusal tokens: 2 replies")
        .contains("fewer than 8 of the replies are refusals")
        .contains("refusal tokens: [I, S]");
  }

  @Test
  void whatIsInAFileIsShown() {
    Path out = extracted("--centre", "geometric-median");

    CommandRun text = free("show", out.toString());
    CommandRun json = free("show", out.toString(), "--json", "--layer", "2");

    assertThat(text.out())
        .contains("centre: geometric-median")
        .contains("refusal.post.-1")
        .contains("COSINE WITH REFUSAL.POST.-1")
        .contains("categories at layer 1, mean cosine")
        .contains("1 fraud")
        .contains("2 spam");
    assertThat((List<?>) json.document().get("vectors")).hasSize(3 + 13);
    assertThat(String.valueOf(json.document().get("harmfulnessRefusalCosine")))
        .contains("refusal.post.-1");
    assertThat(String.valueOf(json.document().get("categories"))).contains("layer=2");
    assertThat(free("show", home.toString()).err())
        .contains("there is no file " + home.resolve("directions.safetensors"));
    assertThat(free("show", out.toString(), "--layer", "7").code()).isEqualTo(2);
  }

  @Test
  void aControlVectorComesBackAsItWentOut() {
    Path out = extracted();
    Path gguf = home.resolve("h.gguf");
    Path back = home.resolve("back.safetensors");

    CommandRun exported = free("export", out + ":harmfulness", "--control-vector", gguf.toString());
    CommandRun imported =
        free("import", gguf.toString(), "--out", back.toString(), "--model", model);

    assertThat(exported.out()).contains("harmfulness of 1 layers (2 to 2)");
    assertThat(ControlVectors.read(gguf).keySet()).containsExactly(2);
    assertThat(imported.out()).contains("direction of 1 layers (2 to 2), width 32");
    float[] before = StoredDirections.read(out).perRow("harmfulness");
    float[] after = StoredDirections.read(back).perRow("direction");
    assertThat(java.util.Arrays.copyOfRange(after, 64, 96))
        .isEqualTo(java.util.Arrays.copyOfRange(before, 64, 96));
    assertThat(java.util.Arrays.copyOf(after, 64)).containsOnly(0f);
    assertThat(DirectionFileJson.read(back).fingerprint())
        .isEqualTo(DirectionFileJson.read(out).fingerprint());
    assertThat(free("export", out.toString(), "--control-vector", gguf.toString()).err())
        .contains("directions; say which one");
    assertThat(
            free("export", out + ":harmfulness", "--layers", "0-1", "--control-vector", "x.gguf")
                .err())
        .contains("take one of layer 2 or later");
  }

  @Test
  void badDataIsBadInput() throws IOException {
    Path broken = Files.writeString(home.resolve("broken.jsonl"), "{\"prompt\": \"a\"}\n{oops\n");
    Path empty = Files.writeString(home.resolve("empty.jsonl"), "");
    Path three =
        Files.writeString(
            home.resolve("long.jsonl"),
            "{\"prompt\": \"%s\"}\n{\"prompt\": \"b\"}\n{\"prompt\": \"c\"}\n"
                .formatted("x".repeat(5000)));
    String out = home.resolve("d.safetensors").toString();
    String good = harmless.toString();

    CommandRun line =
        run("extract", "--harmful", broken.toString(), "--harmless", good, "--out", out);
    assertThat(line.code()).isEqualTo(3);
    assertThat(line.err()).contains("line 2");
    assertThat(
            run("extract", "--harmful", empty.toString(), "--harmless", good, "--out", out).code())
        .isEqualTo(3);
    CommandRun tooLong =
        run(
            "extract",
            "--harmful",
            three.toString(),
            "--harmless",
            good,
            "--split",
            "all",
            "--out",
            out);
    assertThat(tooLong.code()).isEqualTo(3);
    assertThat(tooLong.err())
        .contains("tokens, but the model's context takes")
        .doesNotContain("xx");
    CommandRun category = run("extract", data("--category", "frau", "--out", out));
    assertThat(category.code()).isEqualTo(3);
    assertThat(category.err()).contains("did you mean \"fraud\"");
    assertThat(home.resolve("d.safetensors")).doesNotExist();
  }

  @Test
  void wrongUseIsWrongUse() {
    String out = home.resolve("d.safetensors").toString();
    assertThat(free().code()).isEqualTo(2);
    assertThat(run("extract").code()).isEqualTo(2);
    assertThat(run("extract", data("--out", out, "--centre", "middle")).err())
        .contains("known: mean, winsorised, geometric-median");
    assertThat(run("extract", data("--out", out, "--split", "dev")).err())
        .contains("known: train, validation, test, all");
    assertThat(run("extract", "--harmful", harmful.toString(), "--out", out).code()).isEqualTo(2);
    String directions = extracted().toString();
    for (String[] bad :
        List.of(
            new String[] {"--positions", "3"},
            new String[] {"--positions=-99"},
            new String[] {"--layers", "9"},
            new String[] {"--layers", "b"},
            new String[] {"--refusal-tokens", "I"},
            new String[] {"--refusal-tokens", "96"},
            new String[] {"--max-kl", "1"})) {
      String[] args =
          Stream.of(
                  data("--directions", directions, "--out", out + "2", "--split", "all"),
                  bad,
                  bad[0].equals("--refusal-tokens")
                      ? new String[0]
                      : new String[] {"--refusal-tokens", "usual"})
              .flatMap(Stream::of)
              .toArray(String[]::new);
      assertThat(run("select", args).code()).as(String.join(" ", bad)).isEqualTo(2);
    }
  }

  @Test
  void directionsOfAnotherTemplateAreRefused() {
    Path out = extracted("--plain");

    CommandRun run =
        run(
            "select",
            data(
                "--directions", out.toString(), "--out", home.resolve("r.safetensors").toString()));

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("chat template none and not");
  }
}
