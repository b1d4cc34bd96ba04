package org.demur.train;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.demur.attacks.BallSettings;
import org.demur.core.ErrorCode;

/// How continuous adversarial preference optimisation (CAPO, or C-AdvIPO) works.
///
/// **Source.** Xhonneux et al. 2024 (arXiv 2405.15589), `adv_train_ipo.yaml`.
///
/// @param ball the inner attack on the embeddings of the instruction
/// @param beta how small the margin of the preference is
/// @param unlikely log-probability below which a token of an opener counts as 0
public record CapoSettings(BallSettings ball, double beta, double unlikely)
    implements MethodSettings {
  private static final double BETA = 0.25;
  private static final double UNLIKELY = -5;

  /// The published settings.
  public static final CapoSettings PUBLISHED =
      new CapoSettings(BallSettings.PUBLISHED, BETA, UNLIKELY);

  /// Checks the ranges.
  ///
  /// @throws TrainException with `USAGE` for a number outside of its range
  public CapoSettings {
    if (!(beta > 0) || !(unlikely < 0)) {
      throw new TrainException(
          ErrorCode.USAGE,
          "beta %s must be above 0 and the log-probability %s below 0".formatted(beta, unlikely));
    }
  }

  /// The same settings with another inner attack.
  public CapoSettings attackedBy(BallSettings other) {
    return new CapoSettings(other, beta, unlikely);
  }

  @Override
  public HardeningMethod method() {
    return HardeningMethod.CAPO;
  }

  @Override
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("ball", ball.toString());
    map.put("beta", "" + beta);
    map.put("unlikely", "" + unlikely);
    return map;
  }
}
