package org.demur.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.Prompt;
import org.demur.model.Usage;
import org.demur.model.adapter.LoraConfig;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Plan;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetLossTest {
  @TempDir private Path folder;

  private static List<TargetLoss.Term> terms(List<TargetRow> rows, TokenLoss measure) {
    return rows.stream().map(row -> new TargetLoss.Term(row, Plan.NONE, measure, 1)).toList();
  }

  /// From the logits of a plain pass, in double precision.
  private static double expected(TinyVictim tiny, TargetRow row, TokenLoss measure) {
    double sum = 0;
    try (ForwardResult result =
            tiny.model.forward(List.of(row.prompt()), ForwardRequest.logitsAt(Positions.ALL));
        Scope scope = Scope.open()) {
      Tensor logits = result.logits(0);
      for (int at : row.predicting()) {
        double[] numbers = logits.select(0, at).toDoubles();
        double all = 0;
        for (double number : numbers) {
          all += Math.exp(number);
        }
        sum += measure.value(numbers[row.prompt().ids()[at + 1]] - Math.log(all));
      }
    }
    return sum / row.predicting().length;
  }

  @Test
  void lossesAreMeansOverTheTargetsTokens() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      TargetLoss loss = new TargetLoss(tiny.model);
      for (TokenLoss measure : TokenLoss.values()) {
        List<TargetLoss.Measured> measured = loss.of(terms(tiny.rows(), measure));
        List<TargetLoss.Measured> again =
            loss.withGradients(terms(tiny.rows(), measure), List.of(1));
        for (int row = 0; row < measured.size(); row++) {
          double expected = expected(tiny, tiny.rows().get(row), measure);
          assertThat(measured.get(row).loss()).isCloseTo(expected, within(1e-5));
          assertThat(again.get(row).loss()).isCloseTo(expected, within(1e-5));
        }
      }
    }
  }

  @Test
  void candidatesHaveTheLossesThatTheyHaveAlone() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      Prompt prompt = tiny.speaker.question("the water was over");
      List<TargetRow> rows =
          IntStream.range(0, 5)
              .mapToObj(
                  number -> {
                    int[] ids = prompt.ids().clone();
                    ids[prompt.tInst()] = 40 + number;
                    return TargetRow.of(Prompt.of(ids, prompt.tInst()), 50, 60);
                  })
              .toList();
      TargetLoss loss = new TargetLoss(tiny.model);
      List<TargetLoss.Measured> together = loss.ofAlike(rows);
      List<TargetLoss.Measured> alone = loss.of(terms(rows, TokenLoss.CROSS_ENTROPY));
      for (int row = 0; row < rows.size(); row++) {
        assertThat(together.get(row).loss()).isCloseTo(alone.get(row).loss(), within(1e-4));
      }
      assertThat(together.get(0).loss()).isNotEqualTo(together.get(1).loss());
    }
  }

  @Test
  void aTargetIsReachedWhenGreedyDecodingWritesIt() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      Prompt prompt = tiny.speaker.question("the water");
      Prompt row = prompt;
      for (int token = 0; token < 2; token++) {
        try (ForwardResult result =
                tiny.model.forward(List.of(row), ForwardRequest.logitsAt(Positions.ALL));
            Scope scope = Scope.open()) {
          row = row.followedBy((int) result.lastLogits().argmax(-1).toLongs()[0]);
        }
      }
      int[] ids = row.ids();
      int last = ids.length - 1;
      TargetRow greedy = TargetRow.of(prompt, ids[last - 1], ids[last]);
      TargetRow other = TargetRow.of(prompt, ids[last - 1], (ids[last] + 1) % 300);
      TargetLoss loss = new TargetLoss(tiny.model);

      assertThat(loss.of(terms(List.of(greedy, other), TokenLoss.CROSS_ENTROPY)))
          .extracting(TargetLoss.Measured::reached)
          .containsExactly(true, false);
      assertThat(loss.ofAlike(List.of(greedy, other)))
          .extracting(TargetLoss.Measured::reached)
          .containsExactly(true, false);
    }
  }

  private void gradientsAreFiniteDifferences(TinyVictim tiny, TokenLoss measure) {
    TargetLoss loss = new TargetLoss(tiny.model);
    TargetRow row = tiny.rows().getFirst();
    int last = row.prompt().promptLength() - 1;
    List<Integer> touched = List.of(last - 2, last);
    for (int block = 0; block < TinyVictim.N_LAYERS; block++) {
      TokenDelta delta = new TokenDelta(touched, TinyVictim.D_MODEL);
      SplittableRandom random = new SplittableRandom(5);
      for (int i = 0; i < delta.values().length; i++) {
        delta.values()[i] = (float) (0.1 * random.nextGaussian());
      }
      List<Double> around = new ArrayList<>();
      float[] gradient = new float[delta.values().length];
      delta.gather(
          loss.withGradients(List.of(term(row, delta, block, measure)), List.of(block))
              .getFirst()
              .gradient(block),
          gradient);
      double square = 0;
      for (float number : gradient) {
        square += (double) number * number;
      }
      double step = 3e-2 / Math.sqrt(square);
      for (int sign : new int[] {1, -2}) {
        for (int i = 0; i < gradient.length; i++) {
          delta.values()[i] += (float) (sign * step * gradient[i]);
        }
        around.add(loss.of(List.of(term(row, delta, block, measure))).getFirst().loss());
      }
      assertThat((around.get(0) - around.get(1)) / (2 * step))
          .as("block %d, %s", block, measure)
          .isCloseTo(square / 3, withinPercentage(3));
    }
  }

  private static TargetLoss.Term term(
      TargetRow row, TokenDelta delta, int block, TokenLoss measure) {
    Plan plan = Plan.of(delta.addedTo(block, delta.tokens()));
    return new TargetLoss.Term(row, plan, measure, 3);
  }

  @Test
  void gradientsOfTheWeightedLossAgreeWithItsDifferences() {
    try (TinyVictim llama = TinyVictim.llama(folder);
        TinyVictim gemma = TinyVictim.gemma2(folder)) {
      for (TinyVictim tiny : List.of(llama, gemma)) {
        gradientsAreFiniteDifferences(tiny, TokenLoss.CROSS_ENTROPY);
      }
    }
  }

  @Test
  void slopesAreThoseOfTheValues() {
    for (TokenLoss measure : TokenLoss.values()) {
      for (double at : new double[] {-6, -4, -1, -0.1}) {
        double difference = measure.value(at + 1e-6) - measure.value(at - 1e-6);
        assertThat(measure.slope(at)).isCloseTo(difference / 2e-6, within(1e-5));
      }
    }
  }

  @Test
  void unlikelihoodIsNothingForUnlikelyTokensAndFiniteForCertainOnes() {
    assertThat(TokenLoss.UNLIKELIHOOD.value(-5.1)).isZero();
    assertThat(TokenLoss.UNLIKELIHOOD.slope(-5.1)).isZero();
    assertThat(TokenLoss.UNLIKELIHOOD.value(Math.log(0.25)))
        .isCloseTo(-Math.log(0.75), within(1e-12));
    assertThat(TokenLoss.UNLIKELIHOOD.slope(Math.log(0.25))).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(TokenLoss.UNLIKELIHOOD.value(0)).isBetween(13.0, 14.0);
  }

  @Test
  void factorsInTrainingGetNoGradientAndStayMarked() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      tiny.model
          .adapters()
          .create("a", LoraConfig.of(2, 4, 0), List.of("q_proj"), new SplittableRandom(3));
      tiny.model.adapters().activate(List.of("a"));
      var factors = tiny.model.adapters().parameters("a").values();
      factors.forEach(factor -> factor.requireGrad(true));

      new TargetLoss(tiny.model)
          .withGradients(terms(tiny.rows(), TokenLoss.CROSS_ENTROPY), List.of(0));

      try (Scope scope = Scope.open()) {
        assertThat(factors).allMatch(Tensor::requiresGrad);
        assertThat(factors).allMatch(factor -> factor.grad().square().sum().item() == 0);
      }
    }
  }

  @Test
  void passesAreCountedAndNothingStaysAlive() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      TargetLoss loss = new TargetLoss(tiny.model);
      List<TargetLoss.Term> terms = terms(tiny.rows(), TokenLoss.CROSS_ENTROPY);
      long tokens = tiny.rows().stream().mapToLong(row -> row.prompt().length()).sum();
      loss.withGradients(terms, List.of(0));
      long alive = Scope.liveTensors();
      Usage before = tiny.model.usage();

      loss.withGradients(terms, List.of(0, 2));
      assertThat(tiny.model.usage().since(before)).isEqualTo(new Usage(1, 1, tokens));
      loss.of(terms);
      assertThat(tiny.model.usage().since(before)).isEqualTo(new Usage(2, 1, 2 * tokens));
      assertThat(Scope.liveTensors()).isEqualTo(alive);
    }
  }

  @Test
  void aRowNeedsATarget() {
    assertThatThrownBy(() -> TargetRow.of(Prompt.of(4, 5)))
        .isInstanceOf(AttackException.class)
        .hasMessageContaining("a row of 2 tokens has 2 marks");
    assertThatThrownBy(() -> new TargetRow(Prompt.of(4, 5), new boolean[] {true, true}))
        .isInstanceOf(AttackException.class);
  }
}
