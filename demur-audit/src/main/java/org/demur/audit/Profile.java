package org.demur.audit;

import java.util.Locale;

/// How much an audit measures: the more prompts, the narrower the intervals and the longer the run.
public enum Profile {
  /// A first look.
  QUICK(new Sizes(16, 8, 16, 20), new Depth(4, 1, 8, 6)),
  /// The default.
  STANDARD(new Sizes(72, 36, 72, 32), new Depth(7, 2, 24, 12)),
  /// Every candidate direction, longer replies.
  FULL(new Sizes(10_000, 10_000, 10_000, 96), new Depth(10_000, 10_000, 72, 12));

  /// Numbers of prompts.
  ///
  /// @param train prompts per label that directions and centroids are made of
  /// @param validation prompts per label that thresholds and directions are chosen on
  /// @param test prompts per label that everything is measured on
  /// @param maxNewTokens tokens of a reply
  record Sizes(int train, int validation, int test, int maxNewTokens) {}

  /// How closely a few of them are looked at.
  ///
  /// @param layers layers from which candidate directions are scored
  /// @param positions post-instruction tokens from which they are scored
  /// @param fragility prompts per label that are run under each intervention
  /// @param heatMaps prompts of which every token is weighed
  record Depth(int layers, int positions, int fragility, int heatMaps) {}

  private final Sizes sizes;
  private final Depth depth;

  Profile(Sizes sizes, Depth depth) {
    this.sizes = sizes;
    this.depth = depth;
  }

  Sizes sizes() {
    return sizes;
  }

  Depth depth() {
    return depth;
  }

  /// The name on the command line and in reports.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
