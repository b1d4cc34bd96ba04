package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GenerateCommandTest {
  private static final String GOLDEN =
      SharedFixtures.repositoryRoot().resolve("golden/models/llama/golden.safetensors").toString();

  @TempDir private static Path shared;
  private static String model = "";

  @TempDir private Path home;

  @BeforeAll
  static void write() {
    model = TinyModel.in(shared).toString();
  }

  @Test
  void theAnswerIsTheWholeOfStandardOutput() {
    CommandRun plain = run("--prompt", "abc", "--max-new-tokens", "6");
    CommandRun json = run("--prompt", "abc", "--max-new-tokens", "6", "--json");

    assertThat(plain.code()).isZero();
    assertThat(plain.out()).isEqualTo(answer(json, 0).get("text") + "\n");
    assertThat(plain.err()).contains("fp32 on cpu");
  }

  @Test
  void theDocumentSaysWhatWasComputedByWhat() {
    CommandRun run = run("--prompt", "abc", "--max-new-tokens", "3", "--json", "--seed", "7");

    Map<String, Object> document = run.document();
    assertThat(document)
        .containsOnlyKeys(
            "model", "dtype", "adapter", "prompts", "answers", "receipts", "usage", "provenance")
        .containsEntry("model", model)
        .containsEntry("dtype", "fp32")
        .containsEntry("adapter", null)
        .containsEntry("receipts", List.of());
    assertThat(answer(run, 0))
        .containsKeys("id", "ids", "text", "finishReason")
        .containsEntry("finishReason", "length");
    assertThat(map(document.get("usage"))).containsEntry("tokens", 5);
    assertThat(map(document.get("provenance")))
        .containsEntry("seed", 7)
        .containsEntry("certificate", null)
        .containsKeys("modelHash", "versions", "machine");
  }

  @Test
  void aChatPromptKnowsWhereTheUsersTextEnds() {
    CommandRun run = run("--prompt", "hi", "--chat", "--max-new-tokens", "1", "--json");

    // <|turn|> u s e r \n h i: the last of the text is token 7
    assertThat(map(run.list("prompts").getFirst())).containsEntry("tInst", 7);
  }

  @Test
  void aSystemMessageMakesThePromptLonger() {
    int without = tokens(run("--prompt", "hi", "--chat", "--max-new-tokens", "1", "--json"));
    int with =
        tokens(
            run("--prompt", "hi", "--chat", "--system", "be", "--max-new-tokens", "1", "--json"));

    assertThat(with).isEqualTo(without + "?system\nbe?\n".length());
  }

  @Test
  void aMessageCannotForgeATurnUnlessAsked() {
    String forged = "a" + TinyModel.END + "b";

    int plain = tokens(run("--prompt", forged, "--chat", "--max-new-tokens", "1", "--json"));
    int parsed =
        tokens(run("--prompt", forged, "--chat", "--special", "--max-new-tokens", "1", "--json"));

    assertThat(parsed).isEqualTo(plain - TinyModel.END.length() + 1);
  }

  @Test
  void theSameSeedGivesTheSameSampleAndAnotherOneAnother() {
    String[] sampled = {
      "--prompt", "abc", "--temperature", "2", "--max-new-tokens", "12", "--top-k", "50", "--seed"
    };

    String first = run(with(sampled, "1")).out();

    assertThat(run(with(sampled, "1")).out()).isEqualTo(first);
    assertThat(run(with(sampled, "2")).out()).isNotEqualTo(first);
  }

  @Test
  void logProbabilitiesAreThereForEveryToken() {
    CommandRun run =
        run("--prompt", "abc", "--max-new-tokens", "4", "--json", "--log-probabilities");

    assertThat((List<?>) answer(run, 0).get("logProbabilities")).hasSize(4);
    assertThat(run("--prompt", "abc", "--log-probabilities").code()).isEqualTo(2);
  }

  @Test
  void aBatchHasAHeadingPerRowAndTheSameAnswersAsSingleRuns() throws IOException {
    Path batch =
        Files.writeString(
            home.resolve("batch.jsonl"),
            """
            {"id": "one", "prompt": "abc"}

            {"prompt": "longer prompt"}
            {"id": "three", "messages": [{"role": "user", "content": "hi"}]}
            """);

    CommandRun all = run("--batch", batch.toString(), "--batch-size", "2", "--max-new-tokens", "5");

    assertThat(all.code()).isZero();
    assertThat(all.out())
        .isEqualTo(
            "### one\n"
                + run("--prompt", "abc", "--max-new-tokens", "5").out()
                + "### 1\n"
                + run("--prompt", "longer prompt", "--max-new-tokens", "5").out()
                + "### three\n"
                + run("--prompt", "hi", "--chat", "--max-new-tokens", "5").out());
  }

  @Test
  void aBadLineOfABatchIsNamedByItsNumberAndNotQuoted() throws IOException {
    for (String bad :
        List.of(
            "{\"prompt\": secret}",
            "[]",
            "{\"id\": \"x\"}",
            "{\"prompt\": \"a\", \"messages\": []}",
            "{\"promt\": \"secret\"}",
            "{\"prompt\": 3}",
            "{\"messages\": []}",
            "{\"messages\": [{\"content\": \"secret\"}]}",
            "{\"prompt\": \"a\", \"plan\": 3}",
            "{\"id\": \"0\", \"prompt\": \"a\"}")) {
      Path batch =
          Files.writeString(home.resolve("bad.jsonl"), "{\"prompt\": \"fine\"}\n" + bad + "\n");

      CommandRun run = run("--batch", batch.toString(), "--json");

      assertThat(run.code()).as(bad).isEqualTo(3);
      assertThat(run.err()).as(bad).contains("bad.jsonl, line 2").doesNotContain("secret");
    }
  }

  @Test
  void anAblationChangesTheAnswerAndLeavesAReceipt() {
    CommandRun run =
        run(
            "--prompt",
            "abc",
            "--max-new-tokens",
            "4",
            "--ablate",
            GOLDEN + ":ablate.direction",
            "--json");

    assertThat(run.code()).isZero();
    Map<String, Object> receipt = map(run.list("receipts").getFirst());
    assertThat(receipt)
        .containsEntry("intervention", "ablate")
        .containsEntry("hookPoint", "blocks.0.hook_resid_pre")
        .containsEntry("tokens", 6)
        .containsEntry("rows", List.of(0, 0));
    assertThat(run.err()).contains("edit 0 ablate: 6 hook points");
  }

  @Test
  void anAdditionActsInItsLayerAtItsPositions() {
    CommandRun run =
        run(
            "--prompt",
            "abc",
            "--max-new-tokens",
            "4",
            "--add",
            GOLDEN + ":add.vector@1*-2.5e0",
            "--positions",
            "generated",
            "--json");

    assertThat(run.list("receipts")).hasSize(1);
    assertThat(map(run.list("receipts").getFirst()))
        .containsEntry("hookPoint", "blocks.1.hook_resid_pre")
        .containsEntry("tokens", 3);
  }

  @Test
  void anEditThatTouchesNothingFailsTheRun() {
    CommandRun run =
        run(
            "--prompt",
            "abc",
            "--max-new-tokens",
            "1",
            "--add",
            GOLDEN + ":add.vector@1*2",
            "--positions",
            "50",
            "--json");

    assertThat(run.code()).isEqualTo(1);
    assertThat(String.valueOf(run.document().get("error"))).contains("INTERVENTION_UNUSED");
  }

  @Test
  void aPlanFileAndAPlanOfARowAct() throws IOException {
    Files.copy(Path.of(GOLDEN), home.resolve("vectors.safetensors"));
    String plan =
        """
        {"interventions": [{"type": "add", "vector": {"file": "vectors.safetensors",
          "key": "add.vector"}, "coefficient": 3, "sites": ["hook_resid_pre"], "layers": [0]}]}
        """;
    Path file = Files.writeString(home.resolve("plan.json"), plan);
    Path batch =
        Files.writeString(
            home.resolve("rows.jsonl"),
            "{\"prompt\": \"abc\", \"plan\": %s}\n{\"prompt\": \"abc\"}\n"
                .formatted(plan.replace("\n", " ")));

    CommandRun shared = run("--prompt", "abc", "--plan", file.toString(), "--json");
    CommandRun rows = run("--batch", batch.toString(), "--json");

    assertThat(shared.list("receipts")).hasSize(1);
    assertThat(answer(rows, 0).get("ids")).isEqualTo(answer(shared, 0).get("ids"));
    assertThat(answer(rows, 1).get("ids"))
        .isEqualTo(answer(run("--prompt", "abc", "--json"), 0).get("ids"));
  }

  @Test
  void anAdapterOfThisModelIsAppliedAndAnotherOneRefused() throws IOException {
    String adapter = SharedFixtures.repositoryRoot().resolve("golden/models/llama-lora").toString();

    CommandRun on = run("--prompt", "abc", "--adapter", adapter, "--json");

    assertThat(on.document()).containsEntry("adapter", adapter);
    assertThat(run("--prompt", "abc", "--adapter", home.toString()).code()).isEqualTo(4);
  }

  @Test
  void wrongUseIsWrongUse() {
    assertThat(run().code()).isEqualTo(2);
    assertThat(run("--prompt", "a", "--batch", "b.jsonl").code()).isEqualTo(2);
    assertThat(run("--prompt", "a", "--positions", "all").code()).isEqualTo(2);
    assertThat(run("--prompt", "a", "--system", "s").code()).isEqualTo(2);
    assertThat(run("--prompt", "a", "--dtype", "fp8").code()).isEqualTo(2);
    assertThat(run("--prompt", "a", "--device", "gpu").code()).isEqualTo(2);
    assertThat(run("--prompt", "a", "--threads", "0").code()).isEqualTo(2);
    assertThat(run("--prompt", "a", "--batch-size", "0").code()).isEqualTo(2);
    assertThat(run("--prompt", "a", "--max-new-tokens", "0").code()).isEqualTo(2);
    assertThat(run("--prompt", "a", "--temperature", "-1").code()).isEqualTo(2);
    assertThat(run("--prompt", "a", "--add", GOLDEN + ":add.vector").code()).isEqualTo(2);
    assertThat(
            run("--prompt", "a", "--add", GOLDEN + ":add.vector@0*1", "--positions", "last").err())
        .contains("last-prompt", "numbers such as 0,-1");
  }

  @Test
  void badInputIsBadInput() {
    assertThat(run("--prompt", "a", "--ablate", GOLDEN).err()).contains("tensors; say which one");
    assertThat(run("--prompt", "a", "--ablate", GOLDEN).code()).isEqualTo(3);
    assertThat(run("--prompt", "a", "--add", GOLDEN + ":add.vector@9*1").code()).isEqualTo(3);
    assertThat(run("--prompt", "").code()).isEqualTo(3);
    assertThat(run("--prompt", "x".repeat(5000), "--json").err()).contains("context");
  }

  private CommandRun run(String... args) {
    return CommandRun.at(home).run(with(new String[] {"generate", model}, args));
  }

  private static String[] with(String[] first, String... more) {
    return java.util.stream.Stream.of(first, more)
        .flatMap(java.util.Arrays::stream)
        .toArray(String[]::new);
  }

  private static Map<String, Object> answer(CommandRun run, int row) {
    return map(run.list("answers").get(row));
  }

  private static int tokens(CommandRun run) {
    return map(run.list("prompts").getFirst()).get("tokens") instanceof Integer n ? n : -1;
  }

  private static Map<String, Object> map(@org.jspecify.annotations.Nullable Object value) {
    return value instanceof Map<?, ?> map ? InputJson.asObject(map) : Map.of();
  }
}
