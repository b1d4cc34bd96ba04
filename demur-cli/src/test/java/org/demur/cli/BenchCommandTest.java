package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BenchCommandTest {
  private static final String LLAMA =
      SharedFixtures.repositoryRoot().resolve("golden/models/llama").toString();

  @TempDir private Path home;

  @Test
  void theTableHasEveryMeasurementInItsTypes() {
    CommandRun run = run("bench", LLAMA, "--only", "extract,decode-1", "--repeats", "2");

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains(
            "TOKENS/S", "SHARE OF LIMIT", "extraction, 8 x 64", "decode", "fp32", "bf16", "q8")
        .contains("GEMM", "GB/s");
    assertThat(run.err()).contains("bench: 5 measurements");
  }

  @Test
  void theDocumentHasMachinePeaksFiguresAndAdvice() {
    CommandRun run =
        run("bench", LLAMA, "--dtype", "fp32", "--only", "prefill", "--repeats", "1", "--json");
    Map<String, Object> document = run.document();

    assertThat(document)
        .containsOnlyKeys("model", "machine", "peaks", "figures", "advice", "provenance");
    Map<?, ?> figure = (Map<?, ?>) run.list("figures").getFirst();
    assertThat(figure.keySet().toString())
        .isEqualTo(
            "[name, title, dtype, tokensPerSecond, p25, p75, runs, share, limit, peakBytes]");
    assertThat(figure.get("name")).isEqualTo("prefill");
    assertThat(figure.get("runs")).isEqualTo(1);
    Map<?, ?> peaks = (Map<?, ?>) run.list("peaks").getFirst();
    assertThat(peaks.keySet().toString()).isEqualTo("[dtype, gemmGflops, memoryGbPerSecond]");
  }

  @Test
  void wrongArgumentsAreNamed() {
    assertThat(run("bench", LLAMA, "--dtype", "fp8").err()).contains("known: fp32, bf16, q8, all");
    assertThat(run("bench", LLAMA, "--dtype", "fp8").code()).isEqualTo(2);
    assertThat(run("bench", LLAMA, "--only", "decode-9").err())
        .contains("there is no measurement \"decode-9\"");
    assertThat(run("bench", LLAMA, "--repeats", "0").code()).isEqualTo(2);
    assertThat(run("bench", home.resolve("none").toString()).code()).isEqualTo(4);
  }

  @Test
  void theWorkerAnswersLineByLineAndSurvivesBadRequests() {
    String requests =
        """
        {"case": "extract", "batch": 2, "tokens": 8, "dtype": "fp32", "repeats": 2, "check": true}
        {"case": "decode", "batch": 2, "tokens": 4, "newTokens": 3, "dtype": "bf16", "check": true}
        nonsense
        {"case": "extrakt"}
        {"case": "extract", "size": 1}
        {"case": "extract", "batch": 1.5}
        {"case": "extract", "tokens": 4, "dtype": "fp32"}
        """;
    CommandRun run = CommandRun.at(home).input(requests).run("bench", LLAMA, "--worker");

    assertThat(run.code()).isZero();
    List<Map<String, Object>> answers = run.out().lines().map(TestJson::object).toList();
    assertThat(answers).hasSize(7);
    assertThat(answers.getFirst())
        .containsKeys("case", "dtype", "seconds", "tokens", "flops", "bytes", "rssMb", "check")
        .containsEntry("tokens", 16);
    assertThat((List<?>) answers.getFirst().get("seconds")).hasSize(2);
    assertThat((List<?>) ((Map<?, ?>) checkOf(answers.get(0))).get("residuals")).hasSize(3);
    assertThat((List<?>) ((Map<?, ?>) checkOf(answers.get(1))).get("greedy")).hasSize(2);
    for (int bad = 2; bad < 6; bad++) {
      assertThat(answers.get(bad)).containsOnlyKeys("error");
    }
    assertThat(answers.get(6)).containsEntry("tokens", 4).doesNotContainKey("check");
  }

  private static Object checkOf(Map<String, Object> answer) {
    return java.util.Objects.requireNonNull(answer.get("check"));
  }

  private CommandRun run(String... args) {
    return CommandRun.at(home).run(args);
  }
}
