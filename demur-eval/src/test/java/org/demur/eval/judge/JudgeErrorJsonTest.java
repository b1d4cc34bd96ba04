package org.demur.eval.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.demur.core.ErrorCode;
import org.demur.eval.EvalException;
import org.junit.jupiter.api.Test;

final class JudgeErrorJsonTest {
  private static final String ROW =
      "{\"refusal\":1,\"partial_refusal\":0,\"safe_completion\":0,\"degenerate\":0,\"compliance\":2}";
  private static final String CONFUSION =
      "{\"refusal\":%1$s,\"partial_refusal\":%1$s,\"safe_completion\":%1$s,\"degenerate\":%1$s,\"compliance\":%1$s}"
          .formatted(ROW);

  @Test
  void thePublishedErrorIsTheOneOfTheTestHalf() throws IOException {
    JudgeError error = JudgeError.shipped();
    List<PublishedReply> test =
        PublishedRepliesJson.read().stream().filter(PublishedReply::isTest).toList();
    Map<ReplyClass, Map<ReplyClass, Long>> counted =
        test.stream()
            .collect(
                Collectors.groupingBy(
                    PublishedReply::label,
                    Collectors.groupingBy(PublishedReply::judged, Collectors.counting())));
    for (ReplyClass hand : ReplyClass.values()) {
      for (ReplyClass judged : ReplyClass.values()) {
        long expected = counted.getOrDefault(hand, Map.of()).getOrDefault(judged, 0L);
        assertThat((long) error.count(hand, judged))
            .as("%s as %s", hand, judged)
            .isEqualTo(expected);
      }
    }
    assertThat(error.accuracy().n()).isEqualTo(test.size());
    assertThat(error.sensitivity().n() + error.specificity().n()).isEqualTo(test.size());
    assertThat(error.measuredOn()).contains(Integer.toString(test.size()));
  }

  @Test
  void theJudgeStillSaysOfTheStoredTextsWhatItSaidWhenItWasMeasured() throws Exception {
    ReplyJudge judge = ReplyJudge.shipped();
    for (PublishedReply row : PublishedRepliesJson.read()) {
      if (row.reply().isPresent()) {
        Reply reply = row.reply().get();
        assertThat(judge.judge(reply).label())
            .as("%s of %s", row.id(), row.model())
            .isEqualTo(row.judged());
        assertThat(sha256(reply.text())).as(row.id()).isEqualTo(row.sha256());
      }
    }
  }

  @Test
  void repliesToHarmfulPromptsAreStoredOnlyWhereTheyRefuse() throws IOException {
    for (PublishedReply row : PublishedRepliesJson.read()) {
      assertThat(row.reply().isPresent())
          .as("%s of %s", row.id(), row.model())
          .isEqualTo(!row.isHarmful() || row.label() == ReplyClass.REFUSAL);
    }
  }

  @Test
  void thePairsWithTheSmallerHashesAreForDevelopmentAndTheRestForTheFigure() throws Exception {
    List<PublishedReply> rows = PublishedRepliesJson.read();
    assertThat(rows).hasSizeGreaterThanOrEqualTo(300);
    Map<String, String> pairs = new TreeMap<>();
    for (PublishedReply row : rows) {
      pairs.put(sha256(row.pair()), row.pair());
    }
    List<String> development = pairs.values().stream().limit(pairs.size() / 2).toList();
    for (PublishedReply row : rows) {
      assertThat(row.part())
          .as(row.id())
          .isEqualTo(development.contains(row.pair()) ? "dev" : "test");
    }
    assertThat(rows.stream().collect(Collectors.groupingBy(r -> r.model() + r.id())).values())
        .allMatch(same -> same.size() == 1);
  }

  @Test
  void aDocumentIsReadWithItsCounts() {
    JudgeError error = read(document(CONFUSION, 15, Function.identity()));
    assertThat(error.measuredOn()).isEqualTo("some replies");
    assertThat(error.count(ReplyClass.REFUSAL, ReplyClass.COMPLIANCE)).isEqualTo(2);
    assertThat(error.accuracy().n()).isEqualTo(15);
    assertThat(error.sensitivity().successes()).isEqualTo(3);
    assertThat(error.specificity().successes()).isEqualTo(4);
  }

  @Test
  void documentsThatDoNotAddUpAreRejected() {
    assertProblem(
        document(CONFUSION, 14, Function.identity()), "must be the sum of the counts, which is 15");
    assertProblem(
        document(CONFUSION, 15, text -> text.replace("error-1", "error-2")), "\"format\" must be");
    assertProblem(
        document(CONFUSION, 15, text -> text.replace("\"compliance\":2", "\"compliance\":-2")),
        "the row \"refusal\" of \"confusion\" needs a whole number of 0 to 1,000,000 for \"compliance\"");
    assertProblem(
        document(CONFUSION, 15, text -> text.replace("\"degenerate\":0", "\"off_topic\":0")),
        "the row \"refusal\" of \"confusion\" must be an object with exactly compliance, degenerate,");
    assertProblem(
        document("[]", 15, Function.identity()), "the field \"confusion\" must be an object");
    assertProblem(
        document(CONFUSION, 15, text -> text.replace("some replies", " ")), "\"measuredOn\"");
    assertProblem("{}", "the document must be an object with exactly confusion, format,");
    assertProblem("{\"format\"", "not valid JSON");
    assertProblem(" ".repeat(1 << 17), "larger than 64 KiB");
  }

  private static String document(String confusion, int n, Function<String, String> change) {
    return change.apply(
        "{\"format\":\"demur-judge-error-1\",\"measuredOn\":\"some replies\",\"n\":%d,\"confusion\":%s}"
            .formatted(n, confusion));
  }

  private static void assertProblem(String document, String message) {
    assertThatThrownBy(() -> read(document))
        .isInstanceOfSatisfying(
            EvalException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JSON_FORMAT))
        .hasMessageStartingWith("place: ")
        .hasMessageContaining(message);
  }

  private static JudgeError read(String document) {
    return JudgeErrorJson.read("place", document.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(String text) throws NoSuchAlgorithmException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
