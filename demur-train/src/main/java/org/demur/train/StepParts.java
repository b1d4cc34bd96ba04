package org.demur.train;

/// How the rows of a step are divided among its parts.
///
/// Where they cannot be divided evenly, a part with fewer harmful rows has more utility rows.
final class StepParts {
  /// Rows of one side.
  ///
  /// @param from the first of them
  /// @param to the one after the last
  record Range(int from, int to) {}

  private StepParts() {}

  /// The harmful rows of a part.
  static Range harmful(int part, TrainingSettings settings) {
    int rows = settings.rowsPerSide();
    int parts = settings.parts();
    return new Range(part * rows / parts, (part + 1) * rows / parts);
  }

  /// The utility rows of a part.
  static Range utility(int part, TrainingSettings settings) {
    return new Range(roundedUp(part, settings), roundedUp(part + 1, settings));
  }

  private static int roundedUp(int part, TrainingSettings settings) {
    return (part * settings.rowsPerSide() + settings.parts() - 1) / settings.parts();
  }
}
