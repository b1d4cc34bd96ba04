package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.demur.core.Hashes;
import org.demur.data.store.ParquetRows;
import org.demur.data.store.RowLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HardenCommandTest {
  @TempDir private Path home;

  private CommandRun harden(Path model, String method, Path out, String... more) {
    String[] fixed = {
      "harden",
      model.toString(),
      "--method",
      method,
      "--profile",
      "quick",
      "--steps",
      "3",
      "--attack",
      "rfa-layers",
      "--out",
      out.toString()
    };
    String[] all = new String[fixed.length + more.length];
    System.arraycopy(fixed, 0, all, 0, fixed.length);
    System.arraycopy(more, 0, all, fixed.length, more.length);
    return CommandRun.at(home).run(all);
  }

  @Test
  void aHardenedModelIsAnAdapterWithACardAndItsMetrics() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(512));
    Path out = home.resolve("refat");

    CommandRun run = harden(model, "refat", out, "--json");

    assertThat(run.code()).as(run.err()).isZero();
    Map<String, Object> document = run.document();
    assertThat(document).containsEntry("schemaVersion", "1");
    assertThat(arms(document)).containsExactly("before", "rt", "refat");
    assertThat(out.resolve("report.html")).content().contains("rfa-layers", "after refat");
    assertThat(out.resolve("report.json"))
        .content()
        .contains("\"arm\" : \"refat\"", "\"refusedOneDirection\"");
    assertThat(out.resolve("adapter/README.md"))
        .content()
        .contains(
            "library_name: peft",
            "refusal direction taken away (refat)",
            "| form | LATE |",
            "harmless prompts",
            "| after refat | rfa-layers |",
            "## Limits");
    ParquetRows metrics = ParquetRows.read(out.resolve("refat/metrics.parquet"));
    assertThat(metrics.rows()).hasSize(3);
    assertThat(metrics.rows().getFirst()).containsEntry("backward_passes", 1L);
    assertThat(metrics.rows().getFirst().get("refresh_tokens")).isNotEqualTo(0L);

    CommandRun reply =
        CommandRun.at(home)
            .run(
                "generate",
                model.toString(),
                "--adapter",
                out.resolve("adapter").toString(),
                "--prompt",
                "a",
                "--max-new-tokens",
                "2",
                "--json");
    assertThat(reply.code()).as(reply.err()).isZero();
  }

  private static List<String> arms(Map<String, Object> document) {
    List<String> keys = new ArrayList<>();
    if (document.get("arms") instanceof List<?> arms) {
      arms.forEach(arm -> keys.add(arm instanceof Map<?, ?> map ? "" + map.get("key") : ""));
    }
    return keys;
  }

  @Test
  void aRunThatIsDoneGoesOnToTheSameAdapterAndRefusesAnotherConfiguration() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(512));
    Path out = home.resolve("rt");
    assertThat(harden(model, "rt", out).code()).isZero();
    byte[] first = Files.readAllBytes(out.resolve("adapter/adapter_model.safetensors"));
    assertThat(out.resolve("adapter/README.md")).content().contains("plain refusal training");

    CommandRun again = harden(model, "rt", out, "--resume");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain("training, rt");
    assertThat(Files.readAllBytes(out.resolve("adapter/adapter_model.safetensors")))
        .isEqualTo(first);

    CommandRun other = harden(model, "refat", out, "--resume", "--seed", "5");
    assertThat(other.code()).isEqualTo(3);
    assertThat(other.err()).contains("method was rt, now refat", "seed was 0, now 5");
    CommandRun fresh = harden(model, "rt", out);
    assertThat(fresh.code()).isEqualTo(3);
    assertThat(fresh.err()).contains("holds a run already");

    Path leaner = home.resolve("leaner");
    assertThat(harden(model, "rt", leaner, "--recompute").code()).isZero();
    assertThat(Files.readAllBytes(leaner.resolve("adapter/adapter_model.safetensors")))
        .isEqualTo(first);
  }

  @Test
  void aRunThatStoppedAfterRefusalTrainingEndsWithTheSameBits() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(512));
    Path out = home.resolve("refat");
    assertThat(harden(model, "refat", out).code()).isZero();
    Path weights = out.resolve("adapter/adapter_model.safetensors");
    byte[] first = Files.readAllBytes(weights);
    for (String file :
        List.of(
            "adapter/adapter_model.safetensors",
            "refat/adapter/README.md",
            "refat/adapter/adapter_model.safetensors",
            "refat/checkpoint.safetensors",
            "report.json")) {
      Files.delete(out.resolve(file));
    }

    CommandRun again = harden(model, "refat", out, "--resume");

    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.err()).contains("training, refat").doesNotContain("training, rt");
    assertThat(Files.readAllBytes(weights)).isEqualTo(first);
    assertThat(out.resolve("report.json")).exists();
  }

  @Test
  void aTrainingStartsFromAnAdapter() {
    Path model = TinyModel.in(home, OptionalLong.of(512));
    Path start = home.resolve("start");
    assertThat(harden(model, "rt", start).code()).isZero();
    String adapter = start.resolve("adapter").toString();

    Path out = home.resolve("next");
    CommandRun run = harden(model, "refat", out, "--adapter", adapter);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(out.resolve("adapter/README.md")).content().contains("with adapter");
    CommandRun two =
        harden(model, "rt", home.resolve("x"), "--adapter", adapter, "--adapter", adapter);
    assertThat(two.code()).isEqualTo(2);
  }

  @Test
  void aModelIsTrainedOnTheUsersOwnRows() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(512));
    Path rows =
        Files.writeString(
            home.resolve("rows.jsonl"),
            """
            {"prompt": "Cheat at chess", "label": "harmful", "reply": "I'm sorry, but I can't help."}
            {"prompt": "Play chess", "label": "harmless", "reply": "Move a pawn first."}
            """);
    Path out = home.resolve("own");

    CommandRun run = harden(model, "rt", out, "--data", rows.toString());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("rows.jsonl has no test rows of both labels");
    assertThat(out.resolve("adapter/README.md"))
        .content()
        .contains("rows.jsonl (sha256 ", "1 rows of harmful prompts");
    Files.writeString(rows, "{\"prompt\": \"Cheat at chess\", \"label\": \"harmful\"}\n");
    CommandRun sided = harden(model, "rt", home.resolve("x"), "--data", rows.toString());
    assertThat(sided.code()).isEqualTo(3);
    assertThat(sided.err()).contains("train split has no harmless prompts");
    assertThat(home.resolve("x")).doesNotExist();
  }

  @Test
  void anAttackLeavesAReportAndNoReplies() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(512));
    Path out = home.resolve("attack");
    String[] call = {
      "attack", model.toString(), "--budget", "quick", "--attack", "prefill,rfa", "--out", "" + out
    };

    CommandRun run = CommandRun.at(home).run(call);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("SUCCESS (ASR)", "prefill", "rfa", "HARMLESS REFUSED");
    List<String> rows = Files.readAllLines(out.resolve("attacks.jsonl"));
    assertThat(rows).isNotEmpty().noneMatch(row -> row.contains("\"reply\""));
    assertThat(out.resolve("report.html"))
        .content()
        .contains("What the attacks cost")
        .containsPattern(
            "best of \\d+ candidates, the last \\d by replies \\(layer \\d+, position -1, log-odds");
    CommandRun again = CommandRun.at(home).run("attack", model.toString(), "--attack", "magic");
    assertThat(again.code()).isEqualTo(2);
    assertThat(again.err()).contains("unknown attack \"magic\"", "rfa-multi", "gcg");
  }

  @Test
  void repliesAreKeptWhereTheyAreAskedFor() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(512));
    Path out = home.resolve("kept");
    CommandRun run =
        CommandRun.at(home)
            .run("attack", "" + model, "--attack", "none", "--keep-replies", "--out", "" + out);

    assertThat(run.code()).as(run.err()).isZero();
    List<Map<String, Object>> rows =
        RowLog.read(out.resolve("attacks.jsonl")).values().stream()
            .filter(row -> row.containsKey("sha256"))
            .toList();
    assertThat(rows)
        .isNotEmpty()
        .allSatisfy(
            row ->
                assertThat(Hashes.ofText(String.valueOf(row.get("reply"))))
                    .isEqualTo(row.get("sha256")));
    assertThat(run.out() + Files.readString(out.resolve("report.html")))
        .contains("The texts of the replies are in attacks.jsonl");
    CommandRun tuned =
        CommandRun.at(home).run("attack", "" + model, "--attack", "fine-tune", "--keep-replies");
    assertThat(tuned.code()).isEqualTo(2);
    assertThat(tuned.err()).contains("fine-tune never keeps replies");
  }

  @Test
  void aModelIsAskedTheUsersOwnRequests() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(512));
    Path rows =
        Files.writeString(
            home.resolve("own.csv"),
            "id,prompt,label,split\none,Cheat at chess,harmful,test\ntwo,Play chess,harmless,test\nthree,Sing,harmless,train\n");
    Path out = home.resolve("asked");

    CommandRun run =
        CommandRun.at(home)
            .run("attack", "" + model, "--attack", "none", "--data", "" + rows, "--out", "" + out);

    assertThat(run.code()).as(run.err()).isZero();
    List<String> asked = Files.readAllLines(out.resolve("attacks.jsonl"));
    assertThat(asked).filteredOn(row -> row.contains("model/none/")).hasSize(2);
    assertThat(asked).anyMatch(row -> row.contains("\"request\":\"one\""));
    assertThat(out.resolve("run.json")).content().contains("own.csv, sha256");
    Files.writeString(rows, "prompt,label\nCheat at chess,harmful\n");
    CommandRun sided =
        CommandRun.at(home).run("attack", "" + model, "--attack", "none", "--data", "" + rows);
    assertThat(sided.code()).isEqualTo(3);
    assertThat(sided.err()).contains("own.csv has no harmless prompts");
  }

  @Test
  void anAttackByFineTuningLeavesAReportAndNoAdapter() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(512));
    Path out = home.resolve("tuned");
    List<String> call =
        new ArrayList<>(List.of("attack", "" + model, "--budget", "quick", "--out", "" + out));
    call.addAll(List.of("--attack", "fine-tune"));

    CommandRun run = CommandRun.at(home).run(call.toArray(String[]::new));

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("24 steps of 8 rows, 50 pairs", "24F 24B", "fitted before, scored after");
    assertThat(out.resolve("report.html")).content().contains("Belief of harmfulness");
    assertThat(out.resolve("report.json")).content().contains("\"shiftShare\"");
    try (Stream<Path> files = Files.list(out)) {
      assertThat(files.map(file -> "" + file.getFileName()))
          .containsExactlyInAnyOrder("attacks.jsonl", "report.json", "report.html", "run.json");
    }
    call.addAll(List.of("--resume", "--json"));
    CommandRun again = CommandRun.at(home).run(call.toArray(String[]::new));
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.document()).containsEntry("schemaVersion", "1").containsKey("guards");
  }

  @Test
  void fineTuningIsAnAttackByItself() {
    Path model = TinyModel.in(home, OptionalLong.of(512));
    CommandRun both =
        CommandRun.at(home).run("attack", model.toString(), "--attack", "rfa,fine-tune");
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("fine-tune is made by itself");
    assertThat(
            CommandRun.at(home).run("attack", model.toString(), "--attack", "all,fine-tune").err())
        .contains("fine-tune is made by itself");
    assertThat(CommandRun.at(home).run("attack", model.toString(), "--attack", "all,magic").err())
        .contains("unknown attack \"magic\"");
    assertThat(CommandRun.at(home).run("attack", model.toString(), "--utility", "3").err())
        .contains("--utility is for --attack fine-tune only");
    assertThat(
            CommandRun.at(home)
                .run("attack", model.toString(), "--attack", "fine-tune", "--utility", "-3")
                .err())
        .contains("utility rows -3");
  }

  @Test
  void otherNumbersThanTheProfilesAreTrainedWithAndWrittenDown() throws IOException {
    Path model = TinyModel.in(home, OptionalLong.of(512));
    Path out = home.resolve("set");
    CommandRun run =
        CommandRun.at(home)
            .run(
                "harden",
                "" + model,
                "--method",
                "refat-published",
                "--profile",
                "quick",
                "--attack",
                "none",
                "--epochs",
                "0.04",
                "--set",
                "rows=2",
                "--set",
                "control=frozen",
                "--set",
                "rank=3",
                "--set",
                "targets=q_proj,v_proj",
                "--out",
                "" + out);

    assertThat(run.code()).as(run.err()).isZero();
    // 108 rows, 0.04 of them, two at a time
    assertThat(out.resolve("adapter/README.md"))
        .content()
        .contains("| steps | 3 |", "| rowsPerSide | 2 |", "| directions | FROZEN |");
    assertThat(out.resolve("adapter/adapter_config.json"))
        .content()
        .containsPattern("\"r\"\\s*:\\s*3")
        .contains("v_proj")
        .doesNotContain("up_proj");
    assertThat(out.resolve("run.json")).content().contains("targets=q_proj,v_proj");
    CommandRun wrong =
        CommandRun.at(home).run("harden", "" + model, "--set", "learningrate=1", "--out", "x");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("there is no setting \"learningrate\"", "learning-rate");
    Path never = home.resolve("never");
    CommandRun module =
        CommandRun.at(home)
            .run("harden", "" + model, "--set", "targets=w_proj", "--out", "" + never);
    assertThat(module.code()).isEqualTo(2);
    assertThat(module.err()).contains("targets has \"w_proj\"; this model has");
    assertThat(never).doesNotExist();
    CommandRun both =
        CommandRun.at(home).run("harden", "" + model, "--steps", "3", "--epochs", "1");
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err()).contains("give one of them");
  }

  @Test
  void wrongNamesAreAnsweredWithTheKnownOnes() {
    Path model = TinyModel.in(home, OptionalLong.of(512));
    assertThat(harden(model, "magic", home.resolve("x")).err())
        .contains("known: refat-published, refat, rt, deeprefusal", "circuit-breakers, r2d2");
    CommandRun run = CommandRun.at(home).run("harden", model.toString(), "--profile", "endless");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("known: quick, standard");
    assertThat(harden(model, "rt", home.resolve("x"), "--attack", "none").err())
        .contains("--attack none stands alone");
    assertThat(CommandRun.at(home).run("harden", model.toString(), "--resume").err())
        .contains("--resume needs --out");
  }
}
