package org.demur.harden;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.model.adapter.LoraConfig;
import org.demur.train.HardeningData;
import org.demur.train.HardeningMethod;
import org.demur.train.HardeningProfile;
import org.demur.train.RefatSettings;
import org.demur.train.TrainException;
import org.demur.train.TrainingSettings;

/// What a hardening trains and what it is attacked with.
///
/// @param method that comes after refusal training; refusal training alone, too
/// @param ablation how ReFAT ablates, instead of Demur's way; empty for other methods, too
/// @param profile how long
/// @param steps of the method instead of the profile's
/// @param seed of everything that is drawn
/// @param tested how every state of the model is measured
/// @param changes of the profile's numbers
/// @param recompute whether activations are computed again on the way back instead of kept
public record HardeningSettings(
    HardeningMethod method,
    Optional<RefatSettings> ablation,
    HardeningProfile profile,
    Optional<Integer> steps,
    long seed,
    Arms.Settings tested,
    TrainingChanges changes,
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
        TrainingChanges.NONE,
        false);
  }

  /// The same with activations computed again or kept.
  public HardeningSettings recomputing(boolean wanted) {
    return new HardeningSettings(method, ablation, profile, steps, seed, tested, changes, wanted);
  }

  /// The same with other numbers than the profile's.
  ///
  /// @throws TrainException with `USAGE` for a value that is out of its range, or of another method
  public HardeningSettings changed(TrainingChanges wanted) {
    HardeningSettings made =
        new HardeningSettings(method, ablation, profile, steps, seed, tested, wanted, recompute);
    made.training();
    made.refusalTraining();
    made.adapter();
    return made;
  }

  /// Steps in which the method sees the harmful rows so many times.
  ///
  /// @throws TrainException with `USAGE` when it would see none of them
  public int stepsOf(double epochs, HardeningPrompts prompts) {
    double rows = epochs * HardeningData.harmfulRows(prompts.training(), prompts.replies());
    double wanted = Math.ceil(rows / training().rowsPerSide());
    if (!(wanted >= 1 && wanted <= Integer.MAX_VALUE)) {
      throw new TrainException(
          ErrorCode.USAGE, "%s epochs are no number of steps; 1 or 2.5 would be".formatted(epochs));
    }
    return (int) wanted;
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
    return recomputing(changes.ofMethod(made));
  }

  /// Of the refusal training before it.
  TrainingSettings refusalTraining() {
    TrainingSettings made =
        profile.settings(Optional.empty(), Optional.of(profile.refusalSteps()), seed);
    return recomputing(changes.ofTraining(made));
  }

  private TrainingSettings recomputing(TrainingSettings made) {
    return made.inParts(made.parts(), recompute);
  }

  /// Of a new adapter.
  LoraConfig adapter() {
    return changes.ofAdapter(profile.adapter());
  }

  /// Everything that decides about the result, by name.
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>(training().configuration());
    map.put("profile", profile.label());
    map.put("refusalSteps", "" + profile.refusalSteps());
    if (!changes.given().isEmpty()) {
      map.put("set", changes.toString());
    }
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
