package org.demur.train;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.demur.attacks.BallSettings;
import org.demur.core.ErrorCode;

/// How continuous adversarial training (CAT, with unlikelihood: C-AdvUL) works.
///
/// **Source.** Xhonneux et al. 2024 (arXiv 2405.15589), `adv_train_ul.yaml`.
///
/// @param ball the inner attack on the embeddings of the instruction
/// @param adversarialShare share of attacked requests among the rows of a step
/// @param weights of the three terms
/// @param awayLimit value below which the loss of openers hardly falls any more, nats
/// @param towardLimit value below which the loss of refusals hardly falls any more, nats
public record CatSettings(
    BallSettings ball,
    double adversarialShare,
    AdversarialWeights weights,
    double awayLimit,
    double towardLimit)
    implements MethodSettings {
  private static final double SHARE = 0.125;
  private static final double AWAY_LIMIT = -5;
  private static final double TOWARD_LIMIT = 0.5;

  /// Largest length of a gradient in the published run.
  public static final double PUBLISHED_GRADIENT_BOUND = 0.3;

  /// The published settings.
  public static final CatSettings PUBLISHED =
      new CatSettings(
          BallSettings.PUBLISHED,
          SHARE,
          new AdversarialWeights(0.5, 0.5, 1),
          AWAY_LIMIT,
          TOWARD_LIMIT);

  /// Checks the ranges.
  ///
  /// @throws TrainException with `USAGE` for a number outside of its range
  public CatSettings {
    if (!(adversarialShare > 0 && adversarialShare <= 1)) {
      throw new TrainException(
          ErrorCode.USAGE,
          "the share %s of attacked requests must be above 0 and at most 1"
              .formatted(adversarialShare));
    }
  }

  /// The same settings with another inner attack.
  public CatSettings attackedBy(BallSettings other) {
    return new CatSettings(other, adversarialShare, weights, awayLimit, towardLimit);
  }

  /// Attacked requests among the rows of a step; at least one.
  int attacked(int rows) {
    return (int) Math.max(1, Math.round(adversarialShare * rows));
  }

  @Override
  public HardeningMethod method() {
    return HardeningMethod.CAT;
  }

  @Override
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("ball", ball.toString());
    map.put("adversarialShare", "" + adversarialShare);
    map.put("weights", weights.toString());
    map.put("limits", "away %s, toward %s".formatted(awayLimit, towardLimit));
    return map;
  }
}
