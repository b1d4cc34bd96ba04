package org.demur.harden;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.demur.attacks.AblationSettings;
import org.demur.attacks.Attack;
import org.demur.attacks.BallSettings;
import org.demur.attacks.ChosenDirection;
import org.demur.attacks.EmbeddingBallAttack;
import org.demur.attacks.GcgAttack;
import org.demur.attacks.GcgSettings;
import org.demur.attacks.PrefillAttack;
import org.demur.attacks.RefusalAblations;
import org.demur.attacks.ReplyTrial;
import org.demur.attacks.SoftPromptAttack;
import org.demur.attacks.SoftPromptSettings;
import org.demur.attacks.TemplateAttack;
import org.demur.attacks.Victim;

/// The attacks on one model.
public final class Battery {
  /// Directions of a model without the defence.
  ///
  /// @param direction that switches its refusal off
  /// @param from which model, in words
  public record Transferred(ChosenDirection direction, String from) {}

  private final RefusalAblations ablations;
  private final AttackBudget budget;
  private final long seed;

  /// @param prompts that directions are computed from
  /// @param trial what decides between candidates for a direction
  public Battery(
      Victim victim, AttackPrompts prompts, AttackBudget budget, ReplyTrial trial, long seed) {
    this.budget = budget;
    this.seed = seed;
    AblationSettings settings =
        budget == AttackBudget.QUICK
            ? AblationSettings.quick(seed)
            : AblationSettings.standard(seed);
    ablations =
        new RefusalAblations(
            victim, prompts.material(victim.speaker()), settings, Optional.of(trial));
  }

  /// The direction that switches this model's refusal off best.
  public ChosenDirection chosen() {
    return ablations.chosen();
  }

  /// Harmful requests that an attack of this cost is made on at most.
  ///
  /// An attack that is optimised for every request takes seconds to minutes for each on a
  /// processor.
  public int mostRequests(Attack attack) {
    boolean quick = budget == AttackBudget.QUICK;
    return switch (attack.name()) {
      case "gcg" -> quick ? 2 : 6;
      case "soft-prompt", "embedding-ball" -> quick ? 6 : 24;
      default -> Integer.MAX_VALUE;
    };
  }

  /// The attacks of some names, in the order of [AttackName].
  ///
  /// @param transferred for `rfa-transfer`, which is left out without it
  public List<Attack> attacks(Collection<AttackName> names, Optional<Transferred> transferred) {
    List<Attack> attacks = new ArrayList<>();
    names.stream().sorted().forEach(name -> attacks.addAll(of(name, transferred)));
    return attacks;
  }

  private List<Attack> of(AttackName name, Optional<Transferred> transferred) {
    boolean quick = budget == AttackBudget.QUICK;
    return switch (name) {
      case RFA -> List.of(ablations.single());
      case RFA_LAYERS -> List.of(ablations.perLayer());
      case RFA_SUBSPACE ->
          quick
              ? List.of(ablations.subspace(4))
              : List.of(ablations.subspace(2), ablations.subspace(4));
      case RFA_MULTI -> List.of(ablations.several());
      case RFA_TRANSFER ->
          transferred.stream()
              .map(other -> RefusalAblations.transfer(other.direction(), other.from()))
              .toList();
      case PREFILL -> List.of(new PrefillAttack());
      case TEMPLATES -> List.of(new TemplateAttack());
      case SOFT_PROMPT ->
          List.of(
              new SoftPromptAttack(quick ? SoftPromptSettings.QUICK : SoftPromptSettings.STANDARD));
      case EMBEDDING_BALL -> List.of(new EmbeddingBallAttack(BallSettings.FILLING));
      case GCG ->
          List.of(new GcgAttack((quick ? GcgSettings.QUICK : GcgSettings.STANDARD).seeded(seed)));
    };
  }
}
