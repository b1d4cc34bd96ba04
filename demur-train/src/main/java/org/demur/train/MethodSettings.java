package org.demur.train;

import java.util.SequencedMap;

/// A method of training with its numbers.
public sealed interface MethodSettings
    permits RefusalTraining,
        RefatSettings,
        DeepRefusalSettings,
        CircuitBreakerSettings,
        CatSettings,
        CapoSettings,
        LatSettings,
        R2d2Settings {
  /// Which method it is.
  HardeningMethod method();

  /// The numbers by name: two runs with the same ones, and the same data and model, give the same
  /// adapter.
  SequencedMap<String, String> configuration();
}
