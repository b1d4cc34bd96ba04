package org.demur.attacks;

import org.demur.core.ErrorCode;

/// How the embeddings of tokens are perturbed inside a ball.
///
/// @param radius of the ball around each token's embedding, as a share of the mean length of the
///   model's embeddings
/// @param steps sign-gradient steps
/// @param step size of a step
/// @param relative whether `step` is the share of the radius that a token moves in a step; else it
///   is what each number of an embedding moves
public record BallSettings(double radius, int steps, double step, boolean relative) {
  /// As published: ten steps of 1e-4 in each number, radius .05.
  ///
  /// **Source.** Xhonneux et al. 2024, `adv_train_ul.yaml`. A token moves by at most `.001
  /// sqrt(dModel)`, in most models a small share of the radius.
  public static final BallSettings PUBLISHED = new BallSettings(0.05, 10, 1e-4, false);

  /// The published ball and number of steps, with steps of a quarter of the radius, so that the
  /// ball is used up whatever the model's width.
  public static final BallSettings FILLING = new BallSettings(0.05, 10, 0.25, true);

  /// Checks the ranges.
  public BallSettings {
    if (!(radius > 0) || steps < 1 || !(step > 0)) {
      throw new AttackException(
          ErrorCode.USAGE,
          "radius %s and step %s must be above 0, and %d steps at least 1"
              .formatted(radius, step, steps));
    }
  }

  /// The same with another number of steps.
  public BallSettings stepping(int number) {
    return new BallSettings(radius, number, step, relative);
  }

  /// In words, for tables.
  String inWords() {
    return "%d sign-gradient steps of %s in balls of %s times the mean embedding length"
        .formatted(steps, relative ? step + " of the radius" : "" + step, radius);
  }
}
