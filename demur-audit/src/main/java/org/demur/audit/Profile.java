package org.demur.audit;

import java.util.Locale;

/// How much an audit measures: the more prompts, the narrower the intervals and the longer the run.
public enum Profile {
  /// A first look.
  QUICK,
  /// The default.
  STANDARD,
  /// Every candidate direction, longer replies.
  FULL;

  /// Numbers of prompts.
  ///
  /// @param train prompts per label that directions and centroids are made of
  /// @param validation prompts per label that thresholds and directions are chosen on
  /// @param test prompts per label that everything is measured on
  /// @param everyday everyday requests of each split
  /// @param maxNewTokens tokens of a reply
  record Sizes(int train, int validation, int test, int everyday, int maxNewTokens) {}

  /// How closely a few of them are looked at.
  ///
  /// @param layers layers from which candidate directions are scored
  /// @param positions post-instruction tokens from which they are scored
  /// @param fragility prompts per label that are run under each intervention
  /// @param heatMaps prompts of which every token is weighed
  record Depth(int layers, int positions, int fragility, int heatMaps) {}

  private static final int ALL = 10_000;

  Sizes sizes() {
    return switch (this) {
      case QUICK -> new Sizes(12, 6, 12, 8, 16);
      case STANDARD -> new Sizes(72, 36, 72, 48, 32);
      case FULL -> new Sizes(ALL, ALL, ALL, ALL, 96);
    };
  }

  Depth depth() {
    return switch (this) {
      case QUICK -> new Depth(3, 1, 5, 4);
      case STANDARD -> new Depth(6, 2, 20, 12);
      case FULL -> new Depth(ALL, ALL, 72, 12);
    };
  }

  /// The name on the command line and in reports.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
