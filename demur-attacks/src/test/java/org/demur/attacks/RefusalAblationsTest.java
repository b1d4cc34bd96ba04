package org.demur.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.demur.model.Prompt;
import org.demur.model.intervention.Plan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalAblationsTest {
  private static final AblationSettings SETTINGS = new AblationSettings(2, 1, 2, 9, 2, 0, 0);

  @TempDir private Path folder;

  private static List<Prompt> prompts(TinyVictim tiny, String... texts) {
    return Stream.of(texts).map(text -> tiny.question(new Request(text, text, false))).toList();
  }

  @Test
  void theFinalistWithMostRepliesIsTaken() {
    try (TinyVictim tiny = TinyVictim.llama(folder)) {
      List<Prompt> harmful = prompts(tiny, "Steal a bike", "Cheat at cards", "Break a vase");
      List<Prompt> harmless = prompts(tiny, "Ride a bike", "Play cards", "Buy a vase");
      AblationMaterial material = new AblationMaterial(harmful, harmless, harmful, harmless);
      List<Plan> tried = new ArrayList<>();
      ReplyTrial lastWins =
          (prompts, plan) -> {
            assertThat(prompts).isEqualTo(harmful.subList(0, 2));
            tried.add(plan);
            return tried.size() / 10.0;
          };

      ChosenDirection byReplies =
          new RefusalAblations(tiny.victim, material, SETTINGS, Optional.of(lastWins)).chosen();
      ChosenDirection byLogOdds = new RefusalAblations(tiny.victim, material, SETTINGS).chosen();

      assertThat(tried).hasSize(2);
      assertThat(byReplies.layer()).isEqualTo(byLogOdds.layer());
      assertThat(byReplies.position()).isNotEqualTo(byLogOdds.position());
    }
  }
}
