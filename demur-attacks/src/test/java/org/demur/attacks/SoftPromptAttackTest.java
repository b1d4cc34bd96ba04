package org.demur.attacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.demur.model.Usage;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Plan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SoftPromptAttackTest {
  private static final SoftPromptSettings SMALL =
      new SoftPromptSettings(4, 40, 0.1, 0.3, "the water");

  private static final SoftPromptSettings STRONG = SMALL.withTokens(16).stepping(60, 0.3);

  @TempDir private Path folder;

  private static List<Attempt> attack(TinyVictim tiny, SoftPromptSettings settings) {
    return new SoftPromptAttack(settings).on(tiny.victim, TinyVictim.requests(), done -> {});
  }

  /// Cross-entropy of the target in an attempt with a plan.
  private static double loss(TinyVictim tiny, Attempt attempt, Plan plan, String target) {
    TargetRow row = TargetRow.of(attempt.prompt(), Openers.tokens(tiny.speaker, target));
    return new TargetLoss(tiny.model)
        .of(List.of(TargetLoss.Term.towards(row, plan)))
        .getFirst()
        .loss();
  }

  @Test
  void theTargetBecomesLikelyAndIsWritten() {
    try (TinyVictim llama = TinyVictim.llama(folder);
        TinyVictim gemma = TinyVictim.gemma2(folder)) {
      for (TinyVictim tiny : List.of(llama, gemma)) {
        for (Attempt attempt : attack(tiny, STRONG)) {
          double before = loss(tiny, attempt, Plan.NONE, STRONG.target());
          double after = loss(tiny, attempt, attempt.plan(), STRONG.target());

          assertThat(attempt.loss().orElseThrow()).isCloseTo(after, within(1e-4));
          assertThat(after).isLessThan(before - 1);
        }
      }
      Attempt first = attack(llama, STRONG).getFirst();
      assertThat(first.loss().orElseThrow()).isLessThan(0.3);
      int tokens = Openers.tokens(llama.speaker, STRONG.target()).length;
      GenerationRequest greedy = GenerationRequest.greedy(tokens, Set.of());
      assertThat(
              new Generator(llama.model, Optional.of(llama.tokenizer))
                  .generate(List.of(first.prompt()), greedy.with(List.of(first.plan())))
                  .rows()
                  .getFirst()
                  .text())
          .isEqualTo("the water");
    }
  }

  @Test
  void placeholdersStandBehindTheUsersText() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      Attempt attempt = attack(tiny, SMALL.stepping(1, 0.1)).get(1);
      int[] ids = attempt.prompt().ids();

      assertThat(tiny.tokenizer.decode(ids, true)).contains("she turned the lettersxxxx\n");
      ActivationAddition edit = (ActivationAddition) attempt.plan().interventions().getFirst();
      int last = attempt.prompt().tInst();
      assertThat(edit.target().positions())
          .hasToString(List.of(last - 3, last - 2, last - 1, last).toString());
    }
  }

  @Test
  void requestsThatAreDoneCostNothingMore() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      attack(tiny, SMALL.stepping(3, 1e-3));
      assertThat(tiny.model.usage().forwardPasses()).isEqualTo(4);
      assertThat(tiny.model.usage().backwardPasses()).isEqualTo(3);
      Usage before = tiny.model.usage();
      SoftPromptSettings easy = new SoftPromptSettings(4, 40, 0.1, 50, "the water");
      attack(tiny, easy);

      assertThat(tiny.model.usage().since(before).forwardPasses()).isEqualTo(1);
    }
  }

  @Test
  void theSameRequestsGiveTheSameBits() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      List<Attempt> once = attack(tiny, SMALL);
      List<Attempt> again = attack(tiny, SMALL);
      for (int i = 0; i < once.size(); i++) {
        assertThat(again.get(i).plan()).isEqualTo(once.get(i).plan());
        assertThat(again.get(i).loss()).isEqualTo(once.get(i).loss());
        assertThat(Arrays.equals(again.get(i).prompt().ids(), once.get(i).prompt().ids())).isTrue();
      }
    }
  }

  @Test
  void theBallAttackLeavesThePromptAndReportsTheLossOfItsPlan() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      Usage before = tiny.model.usage();
      List<Attempt> attempts =
          new EmbeddingBallAttack(BallSettings.FILLING)
              .on(tiny.victim, TinyVictim.requests(), done -> {});

      assertThat(tiny.model.usage().since(before).forwardPasses()).isEqualTo(11);
      assertThat(tiny.model.usage().since(before).backwardPasses()).isEqualTo(10);
      for (Attempt attempt : attempts) {
        int[] plain = tiny.question(TinyVictim.requests().get(attempt.request())).ids();
        double plainLoss = loss(tiny, attempt, Plan.NONE, Openers.TARGET);
        double after = loss(tiny, attempt, attempt.plan(), Openers.TARGET);

        assertThat(attempt.prompt().ids()).isEqualTo(plain);
        assertThat(attempt.loss().orElseThrow())
            .isCloseTo(after, within(1e-5))
            .isLessThan(plainLoss);
      }
    }
  }

  @Test
  void settingsThatMakeNoSenseAreRefused() {
    assertThatThrownBy(() -> SMALL.withTokens(0))
        .isInstanceOf(AttackException.class)
        .hasMessageContaining("0 embeddings");
    assertThatThrownBy(() -> new BallSettings(0, 1, 1, true))
        .isInstanceOf(AttackException.class)
        .hasMessageContaining("radius 0.0");
  }
}
