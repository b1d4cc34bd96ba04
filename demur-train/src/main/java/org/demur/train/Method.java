package org.demur.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.Speaker;
import org.demur.model.intervention.LayerVectors;
import org.demur.tensor.workers.Workers;

/// One way to train an adapter: runs the passes of a step and leaves their gradients in the
/// factors.
///
/// What comes after the gradients (bounds, AdamW, checks, checkpoints) is the trainer's and the
/// same for all methods. A method draws from streams that start anew with every step, and whatever
/// else it needs to go on is its [#state()], so that a run that goes on from a checkpoint takes the
/// same steps to the last bit.
sealed interface Method extends AutoCloseable
    permits RefatMethod,
        DeepRefusalMethod,
        CircuitBreakerMethod,
        CatMethod,
        CapoMethod,
        LatMethod,
        R2d2Method {
  /// What a method works with.
  ///
  /// @param subject what is trained
  /// @param workers that share the parts of a step
  record Context(
      Trainer.Subject subject,
      TrainingData data,
      TrainingSettings settings,
      RandomStreams streams,
      Workers workers) {
    /// For a training that is not shared.
    Context(
        Trainer.Subject subject,
        TrainingData data,
        TrainingSettings settings,
        RandomStreams streams) {
      this(subject, data, settings, streams, Workers.alone());
    }

    LanguageModel model() {
      return subject.model();
    }

    /// Name of the trained adapter.
    String adapter() {
      return subject.adapter();
    }

    Optional<Speaker> speaker() {
      return subject.speaker();
    }

    DataOrder harmfulOrder() {
      return new DataOrder(data.harmful(), streams, RandomStreams.Purpose.HARMFUL_ORDER);
    }

    DataOrder utilityOrder() {
      return new DataOrder(data.utility(), streams, RandomStreams.Purpose.UTILITY_ORDER);
    }

    /// A loss with limits or pairs is one of all rows of a step.
    void requireOnePart() {
      if (settings.parts() != 1) {
        throw new TrainException(
            ErrorCode.USAGE,
            "%s takes a step in one pass, not in %d parts; use fewer rows or recomputation"
                .formatted(settings.method().method().label(), settings.parts()));
      }
    }

    int nLayers() {
      return model().architecture().dimensions().nLayers();
    }
  }

  /// Computes the gradients of a step.
  ///
  /// @param step from 0
  StepGradients gradients(int step);

  /// What the next step needs beside the factors, for a checkpoint: numbers by name.
  default SequencedMap<String, LayerVectors> state() {
    return new LinkedHashMap<>();
  }

  /// Goes on with the state of a checkpoint.
  default void continueWith(Map<String, LayerVectors> state) {}

  /// Frees what the method keeps of the model.
  @Override
  default void close() {}

  /// Steps that the optimiser has taken since it was new when a step begins; at 0 its moments start
  /// anew.
  default int optimiserSteps(int step) {
    return step;
  }
}
