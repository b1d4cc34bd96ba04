package org.demur.model.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenChooserTest {
  private static final float[] LOGITS = {1.5f, -0.5f, 3, 0, 2.9f, -4, 2, 1.5f};
  private static final int[] PROMPT = {2, 5};
  private static final int DRAWS = 20_000;

  private static double[] frequencies(Sampling sampling) {
    double[] counts = new double[LOGITS.length];
    for (int draw = 0; draw < DRAWS; draw++) {
      Sampling own =
          new Sampling(
              sampling.temperature(),
              sampling.topK(),
              sampling.topP(),
              sampling.repetitionPenalty(),
              draw);
      counts[new TokenChooser(own, 0, PROMPT).choose(LOGITS.clone())] += 1.0 / DRAWS;
    }
    return counts;
  }

  /// The distribution by its definition: penalty, temperature, top-k, top-p, each on its own.
  private static double[] expected(Sampling sampling) {
    double[] scores = new double[LOGITS.length];
    for (int id = 0; id < scores.length; id++) {
      boolean seen = id == PROMPT[0] || id == PROMPT[1];
      double penalty = seen ? sampling.repetitionPenalty() : 1;
      scores[id] = LOGITS[id] > 0 ? LOGITS[id] / penalty : LOGITS[id] * penalty;
      scores[id] /= sampling.temperature();
    }
    double[] falling = Arrays.stream(scores).map(score -> -score).sorted().toArray();
    if (sampling.topK() > 0) {
      double least = -falling[Math.min(sampling.topK(), falling.length) - 1];
      for (int id = 0; id < scores.length; id++) {
        scores[id] = scores[id] < least ? Double.NEGATIVE_INFINITY : scores[id];
      }
    }
    double[] p = softmax(scores);
    double mass = 0;
    Set<Integer> kept = new TreeSet<>();
    while (kept.size() < p.length && mass < sampling.topP() - 1e-12) {
      int best = -1;
      for (int id = 0; id < p.length; id++) {
        best = !kept.contains(id) && (best < 0 || p[id] > p[best]) ? id : best;
      }
      kept.add(best);
      mass += p[best];
    }
    for (int id = 0; id < p.length; id++) {
      p[id] = kept.contains(id) ? p[id] / mass : 0;
    }
    return p;
  }

  private static double[] softmax(double[] scores) {
    double[] p = Arrays.stream(scores).map(Math::exp).toArray();
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(value -> value / sum).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "1,   0, 1,   1",
    "0.5, 0, 1,   1",
    "3,   0, 1,   1",
    "1,   3, 1,   1",
    "2,   1, 1,   1",
    "1,   0, 0.7, 1",
    "1,   0, 0.01, 1",
    "1.5, 4, 0.8, 1",
    "1,   0, 1,   1.8",
    "0.8, 5, 0.9, 0.6"
  })
  void tokensAreDrawnAsTheDefinitionSays(
      double temperature, int topK, double topP, double penalty) {
    Sampling sampling = new Sampling(temperature, topK, topP, penalty, 0);

    double[] drawn = frequencies(sampling);
    double[] wanted = expected(sampling);

    for (int id = 0; id < drawn.length; id++) {
      // five standard deviations of a share among so many draws, and none where none may be
      double slack = 5 * Math.sqrt(wanted[id] * (1 - wanted[id]) / DRAWS);
      assertThat(drawn[id]).as("token %d", id).isCloseTo(wanted[id], within(slack + 1e-9));
    }
  }

  @Test
  void withoutTemperatureTheBestTokenIsTaken() {
    assertThat(new TokenChooser(Sampling.GREEDY, 0, PROMPT).choose(LOGITS.clone())).isEqualTo(2);
  }

  @Test
  void theRepetitionPenaltyActsInGreedyDecodingAndRemembersAnswers() {
    TokenChooser chooser = new TokenChooser(new Sampling(0, 0, 1, 2, 0), 0, PROMPT);

    assertThat(chooser.choose(LOGITS.clone())).isEqualTo(4); // 2 was in the prompt
    assertThat(chooser.choose(LOGITS.clone())).isEqualTo(6); // 4 was answered
  }

  @Test
  void aForbiddenTokenIsNeverDrawnAtAnyTemperature() {
    float[] logits = LOGITS.clone();
    logits[2] = Float.NEGATIVE_INFINITY;
    for (int seed = 0; seed < 500; seed++) {
      int id =
          new TokenChooser(new Sampling(50, 0, 1, 1.3, seed), 0, PROMPT).choose(logits.clone());
      assertThat(id).isNotEqualTo(2);
    }
  }

  @Test
  void rowsHaveTheirOwnRandomNumbers() {
    Sampling sampling = new Sampling(5, 0, 1, 1, 1);
    int differing = 0;
    TokenChooser first = new TokenChooser(sampling, 0, PROMPT);
    TokenChooser second = new TokenChooser(sampling, 1, PROMPT);
    for (int draw = 0; draw < 50; draw++) {
      differing += first.choose(LOGITS.clone()) == second.choose(LOGITS.clone()) ? 0 : 1;
    }
    assertThat(differing).isGreaterThan(10);
  }
}
