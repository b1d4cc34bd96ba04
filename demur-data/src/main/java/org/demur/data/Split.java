package org.demur.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a prompt may be used for.
public enum Split {
  /// Directions and centroids are computed from it.
  TRAIN,
  /// Layers, positions and thresholds are chosen on it.
  VALIDATION,
  /// Figures are reported on it.
  TEST;

  /// The name in files, in lower case.
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The split of a name.
  static Optional<Split> of(String id) {
    return Arrays.stream(values()).filter(split -> split.id().equals(id)).findFirst();
  }
}
