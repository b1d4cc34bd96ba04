package org.demur.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.demur.model.Prompt;
import org.demur.model.Usage;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddingPerturbationTest {
  @TempDir private Path folder;

  private static LayerVectors vectors(EmbeddingPerturbation.Perturbed found) {
    return ((ActivationAddition) found.plan().interventions().getFirst()).vector();
  }

  private static double length(float... vector) {
    return Math.sqrt(
        IntStream.range(0, vector.length).mapToDouble(i -> vector[i] * vector[i]).sum());
  }

  @Test
  void theTargetBecomesLikelierAndEveryTokenStaysInItsBall() {
    try (TinyVictim llama = TinyVictim.llama(folder);
        TinyVictim gemma = TinyVictim.gemma2(folder);
        TinyVictim granite = TinyVictim.granite(folder)) {
      for (TinyVictim tiny : List.of(llama, gemma, granite)) {
        EmbeddingPerturbation attack = new EmbeddingPerturbation(tiny.model, BallSettings.FILLING);
        List<EmbeddingPerturbation.Perturbed> found =
            attack.against(tiny.rows(), tiny.instructions());
        List<TargetLoss.Term> terms =
            IntStream.range(0, found.size())
                .mapToObj(
                    row -> TargetLoss.Term.towards(tiny.rows().get(row), found.get(row).plan()))
                .toList();
        List<TargetLoss.Measured> after = new TargetLoss(tiny.model).of(terms);
        for (int row = 0; row < found.size(); row++) {
          EmbeddingPerturbation.Perturbed one = found.get(row);
          LayerVectors vectors = vectors(one);
          assertThat(after.get(row).loss()).isLessThan(one.losses().getFirst() - 0.01);
          assertThat(vectors.count()).isEqualTo(tiny.instructions().get(row).size());
          for (int token = 0; token < vectors.count(); token++) {
            assertThat(length(vectors.at(token))).isLessThanOrEqualTo(attack.radius() * 1.00001);
          }
          assertThat(one.filled()).isBetween(0.9, 1.00001);
        }
      }
    }
  }

  @Test
  void theRadiusIsAShareOfTheMeanLengthOfWhatEntersTheFirstBlock() {
    try (TinyVictim tiny = TinyVictim.granite(folder);
        Scope scope = Scope.open()) {
      float[] all = tiny.model.weights().get(WeightLayout.EMBEDDING).toFloats();
      double sum = 0;
      for (int row = 0; row < all.length / TinyVictim.D_MODEL; row++) {
        int from = row * TinyVictim.D_MODEL;
        sum += length(Arrays.copyOfRange(all, from, from + TinyVictim.D_MODEL));
      }
      double mean = 2 * sum * TinyVictim.D_MODEL / all.length;

      assertThat(new EmbeddingPerturbation(tiny.model, BallSettings.PUBLISHED).radius())
          .isCloseTo(0.05 * mean, within(1e-5));
    }
  }

  @Test
  void publishedStepsMoveEachNumberByOneTenThousandth() {
    try (TinyVictim tiny = TinyVictim.granite(folder)) {
      EmbeddingPerturbation attack =
          new EmbeddingPerturbation(tiny.model, BallSettings.PUBLISHED.stepping(1));
      EmbeddingPerturbation.Perturbed found =
          attack.against(tiny.rows(), tiny.instructions()).getFirst();

      for (float number : vectors(found).values()) {
        assertThat(Math.abs(number)).isCloseTo(2e-4f, within(1e-9f));
      }
      assertThat(found.filled())
          .isCloseTo(2e-4 * Math.sqrt(TinyVictim.D_MODEL) / attack.radius(), within(1e-6));
    }
  }

  @Test
  void aStepIsOneForwardAndOneBackwardPassOfEveryRow() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      EmbeddingPerturbation attack = new EmbeddingPerturbation(tiny.model, BallSettings.PUBLISHED);
      Usage before = tiny.model.usage();
      List<EmbeddingPerturbation.Perturbed> found =
          attack.against(tiny.rows(), tiny.instructions());

      long tokens = tiny.rows().stream().mapToLong(row -> row.prompt().length()).sum();
      assertThat(tiny.model.usage().since(before))
          .isEqualTo(new Usage(10, 10, 10 * tokens, 30, 30));
      assertThat(found).allMatch(one -> one.passes().equals(new RowPasses(10, 10)));
      assertThat(found).allMatch(one -> one.losses().size() == 10);
    }
  }

  @Test
  void theSameRowsGiveTheSameBits() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      EmbeddingPerturbation attack = new EmbeddingPerturbation(tiny.model, BallSettings.FILLING);
      List<EmbeddingPerturbation.Perturbed> once = attack.against(tiny.rows(), tiny.instructions());

      assertThat(attack.against(tiny.rows(), tiny.instructions())).isEqualTo(once);
    }
  }

  @Test
  void instructionsAreWhatTheTemplateDidNotWrite() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      InstructionTokens tokens = new InstructionTokens(tiny.speaker);
      Prompt prompt = tiny.speaker.question("the water");
      int[] ids = prompt.ids();
      int[] own = tokens.in(prompt).stream().mapToInt(at -> ids[at]).toArray();

      assertThat(tiny.tokenizer.decode(own, false)).isEqualTo("the water");
      assertThatThrownBy(() -> tokens.in(Prompt.of(4, 5)))
          .isInstanceOf(AttackException.class)
          .hasMessageContaining("a prompt of 2 tokens does not say");
    }
  }

  @Test
  void aRowWithoutTouchedTokensIsAnError() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      EmbeddingPerturbation attack = new EmbeddingPerturbation(tiny.model, BallSettings.FILLING);
      for (List<Integer> wrong : List.of(List.<Integer>of(), List.of(3, 3), List.of(-1))) {
        assertThatThrownBy(() -> attack.against(tiny.rows().subList(0, 1), List.of(wrong)))
            .isInstanceOf(AttackException.class)
            .hasMessageContaining("" + wrong);
      }
    }
  }
}
