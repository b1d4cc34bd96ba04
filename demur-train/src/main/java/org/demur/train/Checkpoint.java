package org.demur.train;

import java.util.SequencedMap;
import org.demur.model.intervention.LayerVectors;

/// Everything that a training goes on from: where the data is and what the streams of random
/// numbers draw next follows from the number of steps.
///
/// @param steps steps that were taken
/// @param firstLoss of the worse side at the first step, nats
/// @param configuration what the run was started with
/// @param parameters factors and their moments, by the factors' names in a PEFT file
/// @param state what else the method goes on from, by name
record Checkpoint(
    int steps,
    double firstLoss,
    SequencedMap<String, String> configuration,
    SequencedMap<String, Moments> parameters,
    SequencedMap<String, LayerVectors> state) {
  /// One factor, row-major.
  ///
  /// @param value the numbers
  /// @param first mean of their gradients
  /// @param second mean of the squares
  record Moments(float[] value, float[] first, float[] second) {}
}
