package org.demur.train;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.model.hook.Positions;

/// How ReFAT ablates.
///
/// **Source.** Refusal feature adversarial training (Yu et al. 2024, arXiv 2409.20089).
///
/// @param probability of a harmful row to be ablated, drawn for each row of each step
/// @param period steps between two computations of the directions
/// @param promptsPerSide prompts of each side that they are computed from
/// @param mode what is left of a projection
/// @param positions tokens of an ablated row that are edited
/// @param control where the directions come from
public record RefatSettings(
    double probability,
    int period,
    int promptsPerSide,
    AblationMode mode,
    Positions positions,
    DirectionControl control)
    implements MethodSettings {
  /// The published settings: half of the rows, every 4 steps, 32 prompts, all positions.
  public static final RefatSettings PUBLISHED =
      new RefatSettings(0.5, 4, 32, AblationMode.ZERO, Positions.ALL, DirectionControl.RECOMPUTED);

  /// Checks the ranges.
  ///
  /// @throws TrainException with `USAGE` for a number outside of its range
  public RefatSettings {
    if (!(probability >= 0 && probability <= 1) || period < 1 || promptsPerSide < 1) {
      throw new TrainException(
          ErrorCode.USAGE,
          "probability %s must be 0 to 1, period %d and prompts per side %d at least 1"
              .formatted(probability, period, promptsPerSide));
    }
  }

  /// The same settings with another probability.
  public RefatSettings withProbability(double other) {
    return new RefatSettings(other, period, promptsPerSide, mode, positions, control);
  }

  /// The same settings with another control.
  public RefatSettings withControl(DirectionControl other) {
    return new RefatSettings(probability, period, promptsPerSide, mode, positions, other);
  }

  /// The same settings with directions from as many prompts, every so many steps.
  public RefatSettings refreshing(int every, int prompts) {
    return new RefatSettings(probability, every, prompts, mode, positions, control);
  }

  @Override
  public HardeningMethod method() {
    return HardeningMethod.REFAT;
  }

  @Override
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("probability", "" + probability);
    map.put("period", "" + period);
    map.put("promptsPerSide", "" + promptsPerSide);
    map.put("ablation", mode.name());
    map.put("positions", positions.toString());
    map.put("directions", control.name());
    return map;
  }
}
