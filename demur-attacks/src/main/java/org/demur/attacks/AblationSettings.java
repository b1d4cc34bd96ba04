package org.demur.attacks;

/// How hard the attacks that take directions away look for them.
///
/// @param positions last tokens of the template that candidates are read at
/// @param layerStep layers from one candidate to the next
/// @param validation prompts of each side that candidates are compared on
/// @param finalists candidates that are tried by replies, where these can be judged
/// @param mapSide places along one side of the self-organising map
/// @param rounds directions that are picked from the map, one after the other; 0 takes all at once
/// @param seed of the map
public record AblationSettings(
    int positions,
    int layerStep,
    int validation,
    int finalists,
    int mapSide,
    int rounds,
    long seed) {
  /// What a candidate may change harmless predictions before it counts as breaking language, too
  /// (Arditi et al. 2024 use .1; their relaxed bound here).
  static final double LARGEST_KL = 0.3;

  /// Minutes become seconds: one position, every fourth layer, two candidates tried.
  public static AblationSettings quick(long seed) {
    return new AblationSettings(1, 4, 8, 2, 2, 0, seed);
  }

  /// Two positions, every second layer, four candidates tried, the map searched.
  public static AblationSettings standard(long seed) {
    return new AblationSettings(2, 2, 16, 4, 3, 3, seed);
  }
}
