package org.demur.train;

import org.demur.model.LanguageModel;
import org.demur.model.Usage;

/// Measures what comes before the passes of a loss.
final class Timed {
  private final LanguageModel model;
  private final Usage before;
  private final long start = System.nanoTime();

  /// Begins.
  Timed(LanguageModel model) {
    this.model = model;
    this.before = model.usage();
  }

  /// What was computed since.
  StepGradients.Preparation preparation() {
    return new StepGradients.Preparation(model.usage().since(before), System.nanoTime() - start);
  }
}
