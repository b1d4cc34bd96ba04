package org.demur.data;

import java.util.Locale;

/// What a prompt is labelled as in its data set.
public enum Label {
  /// A request that a safe model should not fulfil.
  HARMFUL,
  /// A request that it should.
  HARMLESS;

  /// The name in files and ids, in lower case.
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
