package org.demur.train;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.model.hook.Positions;

/// How ReFAT ablates.
///
/// **Source.** Refusal feature adversarial training (Yu et al. 2024, arXiv 2409.20089).
///
/// @param share of rows that are ablated, drawn for each row of each step
/// @param form how they are
/// @param period steps between two computations of the directions
/// @param promptsPerSide prompts of each side that they are computed from
/// @param mode what is left of a projection, in the form of a direction for every layer
/// @param positions tokens of an ablated row that are edited
/// @param control where the directions come from
/// @param opened share of the rows of both sides that learn their reply behind an affirmative
///   opener; 0 in the paper
public record RefatSettings(
    Share share,
    AblationForm form,
    int period,
    int promptsPerSide,
    AblationMode mode,
    Positions positions,
    DirectionControl control,
    double opened)
    implements MethodSettings {
  /// The published settings: half of the harmful rows, every 4 steps, 32 prompts, all positions.
  public static final RefatSettings PUBLISHED =
      new RefatSettings(
          new Share(0.5, 0),
          AblationForm.PER_LAYER,
          4,
          32,
          AblationMode.ZERO,
          Positions.ALL,
          DirectionControl.RECOMPUTED,
          0);

  /// What Demur trains with unless told otherwise: all forms, single directions of late layers most
  /// often, harmless rows, too, and a quarter of all rows behind an opener.
  ///
  /// When only harmful rows are ever ablated a model learns to refuse whatever is ablated; a model
  /// that saw one form of ablation stays open to the other; and what it forgets first are late
  /// single directions. Where a reply has begun to agree, ablations leave a refusal out of reach:
  /// openers and soft prompts lead there (`docs/log.md` has the figures).
  public static final RefatSettings BROAD =
      PUBLISHED.in(AblationForm.LATE).sharing(new Share(0.75, 0.25)).opening(0.25);

  /// Probability of a row to be ablated.
  ///
  /// @param harmful of a harmful prompt with its refusal
  /// @param utility of a harmless prompt with its helpful reply; 0 in the paper
  public record Share(double harmful, double utility) {
    private boolean inRange() {
      return harmful >= 0 && harmful <= 1 && utility >= 0 && utility <= 1;
    }
  }

  /// Checks the ranges.
  ///
  /// @throws TrainException with `USAGE` for a number outside of its range
  public RefatSettings {
    if (!(opened >= 0 && opened <= 1)) {
      throw new TrainException(
          ErrorCode.USAGE,
          "a share of %s of the rows behind an opener must be 0 to 1".formatted(opened));
    }
    if (!share.inRange() || period < 1 || promptsPerSide < 1) {
      throw new TrainException(
          ErrorCode.USAGE,
          "shares %s and %s must be 0 to 1, period %d and prompts per side %d at least 1"
              .formatted(share.harmful(), share.utility(), period, promptsPerSide));
    }
    if (control == DirectionControl.RANDOM && form.hasSubspaces()) {
      throw new TrainException(
          ErrorCode.USAGE,
          "random directions are no control for subspaces: there are none of them");
    }
    if (form != AblationForm.PER_LAYER && mode != AblationMode.ZERO) {
      throw new TrainException(
          ErrorCode.USAGE,
          "projections are moved to the harmless mean only where each layer has a direction of its own");
    }
  }

  /// The same settings with other shares.
  public RefatSettings sharing(Share other) {
    return new RefatSettings(other, form, period, promptsPerSide, mode, positions, control, opened);
  }

  /// The same settings with another form.
  public RefatSettings in(AblationForm other) {
    return new RefatSettings(
        share, other, period, promptsPerSide, mode, positions, control, opened);
  }

  /// The same settings with something else left of a projection.
  public RefatSettings leaving(AblationMode other) {
    return new RefatSettings(
        share, form, period, promptsPerSide, other, positions, control, opened);
  }

  /// The same settings with other tokens of an ablated row edited.
  public RefatSettings at(Positions other) {
    return new RefatSettings(share, form, period, promptsPerSide, mode, other, control, opened);
  }

  /// The same settings with another control.
  public RefatSettings withControl(DirectionControl other) {
    return new RefatSettings(share, form, period, promptsPerSide, mode, positions, other, opened);
  }

  /// The same settings with directions from as many prompts, every so many steps.
  public RefatSettings refreshing(int every, int prompts) {
    return new RefatSettings(share, form, every, prompts, mode, positions, control, opened);
  }

  /// The same settings with another share of rows behind an opener.
  public RefatSettings opening(double other) {
    return new RefatSettings(share, form, period, promptsPerSide, mode, positions, control, other);
  }

  @Override
  public HardeningMethod method() {
    return HardeningMethod.REFAT;
  }

  @Override
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("ablatedShare", "harmful %s, utility %s".formatted(share.harmful(), share.utility()));
    map.put("form", form.name());
    map.put("period", "" + period);
    map.put("promptsPerSide", "at most %d, all different".formatted(promptsPerSide));
    map.put("ablation", mode.name());
    map.put("positions", positions.toString());
    map.put("directions", control.name());
    map.put("openedShare", "" + opened);
    return map;
  }
}
