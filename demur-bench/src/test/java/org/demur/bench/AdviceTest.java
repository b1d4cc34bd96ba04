package org.demur.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class AdviceTest {
  private static final Machine PLAIN = new Machine("cpu", List.of("avx2"), 2, OptionalLong.empty());
  private final List<Figure> figures = new ArrayList<>();

  private void figure(String name, String dtype, double speed) {
    figures.add(
        new Figure(
            name, name, dtype, new Spread(speed, speed, speed, 3), 0.5, Figure.Limit.GEMM, 1));
  }

  private List<String> advice() {
    return Advice.from(figures, PLAIN, 2);
  }

  @Test
  void aSlowBf16IsNamedWithItsReason() {
    figure("extract", "fp32", 800);
    figure("extract", "bf16", 200);

    assertThat(advice())
        .containsExactly(
            "bf16 is slower than fp32 on this CPU, which cannot multiply it itself: use --dtype"
                + " fp32");
  }

  @Test
  void aFastBf16IsRecommended() {
    figure("extract", "fp32", 800);
    figure("extract", "bf16", 2400);
    figure("decode-1", "fp32", 20);
    figure("decode-1", "bf16", 40);

    assertThat(advice()).hasSize(1);
    assertThat(advice().getFirst()).contains("2.0 to 3.0 times", "--dtype bf16");
  }

  @Test
  void readingAndGeneratingMayWantDifferentTypes() {
    figure("extract", "fp32", 800);
    figure("extract", "bf16", 400);
    figure("decode-1", "fp32", 20);
    figure("decode-1", "bf16", 30);

    assertThat(advice().getFirst()).contains("fp32 to read", "bf16 to generate", "0.5 and 1.5");
  }

  @Test
  void batchingIsRecommendedWhereItPays() {
    figure("decode-1", "fp32", 20);
    figure("decode-32", "fp32", 200);

    assertThat(advice())
        .containsExactly(
            "decode prompts together: 32 at once give 10.0 times the tokens of one (fp32)");
  }

  @Test
  void moreThreadsThanCoresAreNamed() {
    assertThat(Advice.from(List.of(), PLAIN, 3))
        .containsExactly("3 threads share 2 cores: use --threads 2");
  }

  @Test
  void aBusyMachineIsSuspected() {
    figures.add(new Figure("x", "x", "fp32", new Spread(10, 5, 15, 5), 0.5, Figure.Limit.GEMM, 1));

    assertThat(advice()).hasSize(1).first().asString().contains("busy");
  }

  @Test
  void nothingFollowsFromNothing() {
    assertThat(advice()).isEmpty();
  }
}
