package org.demur.train;

import java.util.SplittableRandom;

/// How the rows that are ablated are.
public enum AblationForm {
  /// A direction of its own at the input of every block from a quarter of the depth on (ReFAT, Yu
  /// et al. 2024).
  PER_LAYER,
  /// The direction of one layer, drawn for each step, at the input, attention output and MLP output
  /// of all blocks: the form of attack of Arditi et al. 2024.
  ONE_DIRECTION,
  /// The strongest directions of paired differences at one layer, two or four of them, drawn for
  /// each step, at the same three sites: what is left of refusal beside its mean difference.
  SUBSPACE,
  /// The first two, drawn for each row: a model that only ever saw one form of the attack stays
  /// open to the other.
  MIXED,
  /// All three, drawn for each row.
  ALL;

  /// The form of one row.
  AblationForm drawn(SplittableRandom random) {
    return switch (this) {
      case MIXED -> random.nextBoolean() ? ONE_DIRECTION : PER_LAYER;
      case ALL ->
          switch (random.nextInt(4)) {
            case 0 -> PER_LAYER;
            case 1 -> ONE_DIRECTION;
            default -> SUBSPACE;
          };
      default -> this;
    };
  }
}
