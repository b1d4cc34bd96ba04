package org.demur.train;

import java.nio.file.Path;
import org.demur.model.LanguageModel;

/// A training in a process of its own, for a test that kills it.
final class TrainingProcess {
  private TrainingProcess() {}

  /// Trains to the end, from the checkpoint if there is one.
  ///
  /// @param args the checkpoint and the number of steps
  public static void main(String[] args) {
    try (LanguageModel model = TinyTraining.model();
        Trainer trainer =
            TinyTraining.trainer(
                model, TinyTraining.refat(Integer.parseInt(args[1])), Path.of(args[0]), 1)) {
      trainer.resume();
      trainer.run(report -> {});
    }
  }
}
