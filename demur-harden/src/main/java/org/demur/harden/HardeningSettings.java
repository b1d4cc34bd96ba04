package org.demur.harden;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.demur.train.HardeningMethod;
import org.demur.train.HardeningProfile;
import org.demur.train.RefatSettings;
import org.demur.train.TrainingSettings;

/// What a hardening trains and what it is attacked with.
///
/// @param method that comes after refusal training; refusal training alone, too
/// @param ablation how ReFAT ablates, instead of Demur's way; empty for other methods, too
/// @param profile how long
/// @param steps of the method instead of the profile's
/// @param seed of everything that is drawn
/// @param tested how every state of the model is measured
/// @param recompute whether activations are computed again on the way back instead of kept
public record HardeningSettings(
    HardeningMethod method,
    Optional<RefatSettings> ablation,
    HardeningProfile profile,
    Optional<Integer> steps,
    long seed,
    Arms.Settings tested,
    boolean recompute) {
  private static final int QUICK_REPLY = 16;
  private static final int STANDARD_REPLY = 24;

  /// The usual measurements of a profile.
  ///
  /// @param attacks what every state of the model is attacked with
  public static HardeningSettings of(
      HardeningMethod method,
      Optional<RefatSettings> ablation,
      HardeningProfile profile,
      Optional<Integer> steps,
      long seed,
      Collection<AttackName> attacks) {
    boolean quick = profile == HardeningProfile.QUICK;
    return new HardeningSettings(
        method,
        ablation,
        profile,
        steps,
        seed,
        new Arms.Settings(
            attacks,
            quick ? AttackBudget.QUICK : AttackBudget.STANDARD,
            quick ? QUICK_REPLY : STANDARD_REPLY,
            false,
            seed),
        false);
  }

  /// The same with activations computed again or kept.
  public HardeningSettings recomputing(boolean wanted) {
    return new HardeningSettings(method, ablation, profile, steps, seed, tested, wanted);
  }

  /// The name of the arm: that of the method, or `refat-published` where it ablates in another way
  /// than Demur does.
  public String label() {
    return method.label() + (ablation.isPresent() ? "-published" : "");
  }

  /// Of the training with the method.
  TrainingSettings training() {
    TrainingSettings made =
        ablation.isPresent()
            ? profile.settings(ablation, steps, seed)
            : profile.settings(method, steps, seed);
    return made.inParts(made.parts(), recompute);
  }

  /// Of the refusal training before it.
  TrainingSettings refusalTraining() {
    TrainingSettings made =
        profile.settings(Optional.empty(), Optional.of(profile.refusalSteps()), seed);
    return made.inParts(made.parts(), recompute);
  }

  /// Everything that decides about the result, by name.
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>(training().configuration());
    map.put("profile", profile.label());
    map.put("refusalSteps", "" + profile.refusalSteps());
    map.put(
        "attacks",
        String.join(", ", tested.attacks().stream().map(AttackName::label).toList())
            + ", budget "
            + tested.budget().label()
            + ", "
            + tested.maxNewTokens()
            + " tokens");
    return map;
  }
}
