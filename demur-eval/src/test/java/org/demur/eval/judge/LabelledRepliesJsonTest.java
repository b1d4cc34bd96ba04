package org.demur.eval.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.eval.EvalException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabelledRepliesJsonTest {
  @TempDir private Path folder;

  @Test
  void tonesBecomeSidesAndTheTwoWithoutASideAreDropped() throws Exception {
    LabelledReplies found =
        read(
            """
            {"prompt": "a", "response": "b", "tone": "complied", "row": 3}
            {"prompt": "a", "response": "c", "tone": "Redirected"}

            {"prompt": "a", "response": "d", "tone": "dontknow"}
            {"prompt": "a", "response": "e", "tone": "incoherent"}
            """);
    assertThat(found.dropped()).isEqualTo(2);
    assertThat(found.rows())
        .extracting(LabelledReply::refused)
        .containsExactly(Optional.of(false), Optional.of(true));
    assertThat(found.rows())
        .extracting(LabelledReply::kind)
        .containsExactly("complied", "redirected");
    assertThat(found.rows().getFirst().label()).isEmpty();
  }

  @Test
  void labelsAreClassesAndDegenerateIsOnNeitherSide() throws Exception {
    LabelledReplies found =
        read(
            """
            {"prompt": "", "response": "b", "label": "partial_refusal", "tone": "complied"}
            {"prompt": "", "response": "", "label": "DEGENERATE", "truncated": true}
            """);
    assertThat(found.rows().getFirst().label()).contains(ReplyClass.PARTIAL_REFUSAL);
    assertThat(found.rows().getFirst().refused()).contains(true);
    assertThat(found.rows().getLast().refused()).isEmpty();
    assertThat(found.rows().getLast().reply().truncated()).isTrue();
  }

  @Test
  void brokenRowsAreNamedWithTheirLineAndNeverQuoted() {
    assertProblem("{\"prompt\": \"x\", \"resp\n", "line 1: not valid JSON at column");
    assertProblem("\n[1]\n", "line 2: an object with \"prompt\", \"response\" and \"tone\"");
    assertProblem(
        "{\"prompt\": \"x\", \"response\": 3}", "line 1: the field \"response\" must be a text");
    assertProblem(
        "{\"prompt\": \"x\", \"response\": \"y\"}",
        "line 1: a text \"tone\" or \"label\" is needed");
    assertProblem(
        "{\"prompt\": \"x\", \"response\": \"y\", \"label\": \"complience\"}",
        "unknown label \"complience\"; accepted: refusal, partial_refusal, safe_completion,"
            + " degenerate, compliance; did you mean \"compliance\"?");
    assertProblem(
        "{\"prompt\": \"x\", \"response\": \"y\", \"tone\": \"reject\"}",
        "unknown tone \"reject\"");
    assertProblem("\n\n", "there are no labelled replies");
  }

  @Test
  void missingFilesAndWrongEncodingsAreNamed() throws Exception {
    assertThatThrownBy(() -> LabelledRepliesJson.read(folder.resolve("none.jsonl")))
        .isInstanceOfSatisfying(
            EvalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND));
    Path file = Files.write(folder.resolve("latin.jsonl"), new byte[] {'{', '"', (byte) 0xe9});
    assertThatThrownBy(() -> LabelledRepliesJson.read(file))
        .hasMessageEndingWith("is not valid UTF-8");
  }

  private void assertProblem(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(EvalException.class)
        .hasMessageContaining(message);
  }

  private LabelledReplies read(String text) throws Exception {
    return LabelledRepliesJson.read(Files.writeString(folder.resolve("rows.jsonl"), text));
  }
}
