package org.demur.attacks;

/// How hard the attacks that take directions away look for them.
///
/// @param positions last tokens of the template that candidates are read at
/// @param layerStep layers from one candidate to the next
/// @param validation prompts of each side that candidates are compared on
/// @param mapSide places along one side of the self-organising map
/// @param rounds directions that are picked from the map, one after the other; 0 takes all at once
/// @param seed of the map
public record AblationSettings(
    int positions, int layerStep, int validation, int mapSide, int rounds, long seed) {
  /// A candidate that changes harmless predictions more than this is taken only when none changes
  /// them less: what it breaks is language, not refusal (Arditi et al. 2024 use .1; their relaxed
  /// bound here).
  static final double LARGEST_KL = 0.3;

  /// Minutes become seconds: one position, every fourth layer.
  public static AblationSettings quick(long seed) {
    return new AblationSettings(1, 4, 8, 2, 0, seed);
  }

  /// Two positions, every second layer, the map searched.
  public static AblationSettings standard(long seed) {
    return new AblationSettings(2, 2, 16, 3, 3, seed);
  }
}
