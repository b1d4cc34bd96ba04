package org.demur.report;

import java.util.List;

/// What the run cost.
///
/// @param prompts prompts that were run
/// @param tokens prompt tokens of all forward passes
/// @param forwardPasses forward passes, one per prompt of a batch
/// @param backwardPasses backward passes, one per prompt of a batch
/// @param generatedTokens tokens that were generated
/// @param stages wall time by stage, in the order of the run
/// @param peakMemoryBytes largest resident memory of the process, in bytes; 0 when unknown
public record Costs(
    int prompts,
    long tokens,
    long forwardPasses,
    long backwardPasses,
    long generatedTokens,
    List<Stage> stages,
    long peakMemoryBytes) {
  /// Copies the stages.
  public Costs {
    stages = List.copyOf(stages);
  }

  /// Wall time of all stages in seconds.
  public double seconds() {
    return stages.stream().mapToDouble(Stage::seconds).sum();
  }

  /// A part of the run.
  ///
  /// @param name what was done
  /// @param seconds wall time in seconds
  public record Stage(String name, double seconds) {}
}
