package org.demur.train;

/// How the rows that are ablated are.
public enum AblationForm {
  /// A direction of its own at the input of every block from a quarter of the depth on (ReFAT, Yu
  /// et al. 2024).
  PER_LAYER,
  /// The direction of one layer, drawn for each step, at the input, attention output and MLP output
  /// of all blocks: the form of attack of Arditi et al. 2024.
  ONE_DIRECTION,
  /// One of the two, drawn for each row: a model that only ever saw one form of the attack stays
  /// open to the other.
  MIXED
}
