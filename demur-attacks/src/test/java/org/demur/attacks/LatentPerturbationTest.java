package org.demur.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.Prompt;
import org.demur.model.Usage;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.tensor.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatentPerturbationTest {
  private static final LatentSettings PROMPT_ONLY =
      new LatentSettings(List.of(0, 2), 6, 5e-2, 0.4, 0.5, 0.5, false);
  private static final LatentSettings ALL =
      new LatentSettings(List.of(0, 2), 6, 5e-2, 0.4, 0.5, 0.5, true);

  @TempDir private Path folder;

  private static List<LatentPerturbation.Pair> pairs(TinyVictim tiny) {
    return List.of("the water", "she turned over").stream()
        .map(tiny.speaker::question)
        .map(
            prompt ->
                new LatentPerturbation.Pair(
                    TargetRow.of(prompt, 40, 50, 60),
                    TargetRow.of(prompt, likely(tiny, prompt), 80)))
        .toList();
  }

  /// The token that most likely comes first, whose unlikelihood is not nothing.
  private static int likely(TinyVictim tiny, Prompt prompt) {
    ForwardRequest request = ForwardRequest.logitsAt(Positions.LAST_PROMPT);
    try (ForwardResult result = tiny.model.forward(List.of(prompt), request);
        Scope scope = Scope.open()) {
      return (int) result.lastLogits().argmax(-1).toLongs()[0];
    }
  }

  private static double loss(
      TinyVictim tiny, LatentPerturbation.Pair pair, LatentPerturbation.Perturbed found) {
    List<TargetLoss.Measured> measured =
        new TargetLoss(tiny.model)
            .of(
                List.of(
                    TargetLoss.Term.towards(pair.toward(), found.toward()),
                    new TargetLoss.Term(pair.away(), found.away(), TokenLoss.UNLIKELIHOOD, 1)));
    return 0.5 * measured.get(0).loss() + 0.5 * measured.get(1).loss();
  }

  @Test
  void theLossOfAPairFallsAndVectorsStayInTheirBalls() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      for (LatentSettings settings : List.of(PROMPT_ONLY, ALL)) {
        List<LatentPerturbation.Pair> pairs = pairs(tiny);
        List<LatentPerturbation.Perturbed> found =
            new LatentPerturbation(tiny.model, settings).against(pairs);
        for (int i = 0; i < pairs.size(); i++) {
          LatentPerturbation.Perturbed one = found.get(i);
          double before =
              loss(
                  tiny,
                  pairs.get(i),
                  new LatentPerturbation.Perturbed(
                      Plan.NONE, Plan.NONE, List.of(), 0, RowPasses.NONE));
          assertThat(one.losses().getFirst()).isCloseTo(before, within(1e-5));
          assertThat(loss(tiny, pairs.get(i), one)).isLessThan(before - 0.05);
          for (Intervention edit : one.toward().interventions()) {
            LayerVectors vectors = ((ActivationAddition) edit).vector();
            for (int token = 0; token < vectors.count(); token++) {
              double square = 0;
              for (float number : vectors.at(token)) {
                square += number * number;
              }
              assertThat(Math.sqrt(square)).isLessThanOrEqualTo(0.4 * 1.00001);
            }
          }
          assertThat(one.filled()).isBetween(0.5, 1.00001);
        }
      }
    }
  }

  @Test
  void onlyTheChosenTokensAndBlocksAreTouched() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      LatentPerturbation.Pair pair = pairs(tiny).getFirst();
      int prompt = pair.toward().prompt().promptLength();
      LatentPerturbation.Perturbed narrow =
          new LatentPerturbation(tiny.model, PROMPT_ONLY).against(List.of(pair)).getFirst();
      LatentPerturbation.Perturbed wide =
          new LatentPerturbation(tiny.model, ALL).against(List.of(pair)).getFirst();

      assertThat(narrow.toward()).isEqualTo(narrow.away());
      assertThat(tokens(narrow.toward())).containsExactly(prompt, prompt);
      assertThat(tokens(wide.toward())).containsExactly(prompt + 3, prompt + 3);
      assertThat(tokens(wide.away())).containsExactly(prompt + 2, prompt + 2);
      assertThat(narrow.toward().interventions())
          .extracting(edit -> edit.target().layers().orElseThrow())
          .containsExactly(List.of(0), List.of(2));
    }
  }

  private static List<Integer> tokens(Plan plan) {
    return plan.interventions().stream()
        .map(edit -> ((ActivationAddition) edit).vector().count())
        .toList();
  }

  @Test
  void aStepIsTwoForwardAndTwoBackwardPassesOfEveryPair() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      List<LatentPerturbation.Pair> pairs = pairs(tiny);
      LatentPerturbation adversary =
          new LatentPerturbation(tiny.model, LatentSettings.llama2(TinyVictim.N_LAYERS));
      Usage before = tiny.model.usage();
      List<LatentPerturbation.Perturbed> found = adversary.against(pairs);

      assertThat(tiny.model.usage().since(before).forwardPasses()).isEqualTo(16);
      assertThat(tiny.model.usage().since(before).backwardPasses()).isEqualTo(16);
      assertThat(found).allMatch(one -> one.passes().equals(new RowPasses(32, 32)));
    }
  }

  @Test
  void theSamePairsGiveTheSameBits() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      List<LatentPerturbation.Pair> pairs = pairs(tiny);
      LatentPerturbation adversary = new LatentPerturbation(tiny.model, ALL);

      assertThat(adversary.against(pairs)).isEqualTo(adversary.against(pairs));
    }
  }

  @Test
  void publishedDepthsAreThoseOfThirtyTwoBlocks() {
    assertThat(LatentSettings.llama2(32).blocks()).containsExactly(0, 9, 17, 25, 31);
    assertThat(LatentSettings.llama3(30).blocks()).containsExactly(0, 8, 16, 23, 29);
    assertThat(LatentSettings.llama3(30).completion()).isTrue();
    assertThat(LatentSettings.llama2(2).blocks()).containsExactly(0, 1);
  }

  @Test
  void settingsAndPairsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> LatentSettings.llama2(4).within(0))
        .isInstanceOf(AttackException.class)
        .hasMessageContaining("radius 0.0");
    TargetRow shortRow = TargetRow.of(Prompt.of(4), 5);
    TargetRow longRow = TargetRow.of(Prompt.of(4, 6), 5);
    assertThatThrownBy(() -> new LatentPerturbation.Pair(shortRow, longRow))
        .isInstanceOf(AttackException.class)
        .hasMessageContaining("prompts of 1 and 2 tokens");
  }
}
