package org.demur.train;

import java.util.SplittableRandom;

/// How the rows that are ablated are.
public enum AblationForm {
  /// A direction of its own at the input of every block from a quarter of the depth on (ReFAT, Yu
  /// et al. 2024).
  PER_LAYER,
  /// The direction of one layer, drawn for each row, at the input, attention output and MLP output
  /// of all blocks: the form of attack of Arditi et al. 2024.
  ONE_DIRECTION,
  /// The strongest directions of paired differences at one layer, two or four of them, drawn for
  /// each row, at the same three sites: what is left of refusal beside its mean difference.
  SUBSPACE,
  /// The first two, drawn for each row: a model that only ever saw one form of the attack stays
  /// open to the other.
  MIXED,
  /// All three, drawn for each row; the first, which is learnt soonest, half as often.
  ALL,
  /// All three, drawn for each row; one direction in half of the rows, a subspace in a third of
  /// them, and half of the sources among the last third of the layers that an attacker looks at:
  /// late single directions are what breaks models that were trained with [#ALL]. The other half
  /// reaches to the last block, where the published selection does not look: a layer that is never
  /// ablated holds by chance only (docs/log.md).
  LATE;

  /// Whether some rows lose subspaces.
  boolean hasSubspaces() {
    return this == SUBSPACE || this == ALL || this == LATE;
  }

  /// The layer of what all blocks lose.
  ///
  /// @param first layer that an attacker looks at
  /// @param last that one looks at
  /// @param deepest layer of the model
  int source(SplittableRandom random, int first, int last, int deepest) {
    int any = random.nextInt(first, (this == LATE ? deepest : last) + 1);
    if (this != LATE || random.nextBoolean()) {
      return any;
    }
    return random.nextInt(last - (last - first) / 3, last + 1);
  }

  /// How one row is ablated.
  ///
  /// @param source layer of what all blocks lose
  /// @param width directions of a subspace
  RowAblation drawn(SplittableRandom random, int source, int width) {
    return switch (this) {
      case PER_LAYER -> RowAblation.PER_LAYER;
      case ONE_DIRECTION -> RowAblation.oneDirection(source);
      case SUBSPACE -> RowAblation.subspace(source, width);
      case MIXED -> random.nextBoolean() ? RowAblation.oneDirection(source) : RowAblation.PER_LAYER;
      case ALL ->
          switch (random.nextInt(5)) {
            case 0 -> RowAblation.PER_LAYER;
            case 1, 2 -> RowAblation.oneDirection(source);
            default -> RowAblation.subspace(source, width);
          };
      case LATE ->
          switch (random.nextInt(10)) {
            case 0 -> RowAblation.PER_LAYER;
            case 1, 2, 3 -> RowAblation.subspace(source, width);
            default -> RowAblation.oneDirection(source);
          };
    };
  }
}
