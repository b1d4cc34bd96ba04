package org.demur.train;

import java.util.Locale;

/// The methods that an adapter can be trained with, by the names that the command line knows.
public enum HardeningMethod {
  /// Refusal feature adversarial training.
  REFAT,
  /// Plain refusal training.
  RT;

  /// The name on the command line and in configurations.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
