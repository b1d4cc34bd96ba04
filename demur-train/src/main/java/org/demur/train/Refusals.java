package org.demur.train;

import java.util.List;

/// Refusals to train with.
public final class Refusals {
  private Refusals() {}

  /// The refusals that come with Demur, written for it and in the public domain (CC0).
  public static List<String> builtIn() {
    return TextLines.of("refusals.txt");
  }
}
