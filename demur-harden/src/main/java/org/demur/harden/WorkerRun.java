package org.demur.harden;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.tensor.workers.Workers;
import org.demur.train.Trainer;
import org.demur.train.TrainingSettings;

/// What every worker but the first does in a hardening: waits for trainings and takes its share of
/// their steps.
///
/// It writes nothing that lasts: data and state come from the first worker, which also judges,
/// attacks and reports.
public final class WorkerRun {
  private final HardeningSubject subject;
  private final HardeningSettings settings;

  /// Prepares it.
  ///
  /// @param subject with the workers, which has the same model as the first one's
  /// @param settings the same as the first worker's
  public WorkerRun(HardeningSubject subject, HardeningSettings settings) {
    this.subject = subject;
    this.settings = settings;
  }

  /// Works until the first worker says that the last training is over.
  ///
  /// @throws org.demur.core.DemurException with `WORKER_LOST` when another worker is lost
  public void run() {
    Workers workers = subject.crew().workers();
    StartingAdapter.on(subject.speaker().model(), settings);
    for (byte[] order = workers.await(); order.length > 0; order = workers.await()) {
      TrainingOrder known = TrainingOrder.read(order);
      subject.crew().inThreads(() -> trained(known));
    }
  }

  private int trained(TrainingOrder order) {
    LanguageModel model = subject.speaker().model();
    TrainingSettings how = order.refusalFirst() ? settings.refusalTraining() : settings.training();
    Trainer.Subject trained =
        new Trainer.Subject(
                model, model.adapters().active().getFirst(), TrainedArm.start(subject, order.arm()))
            .speaking(subject.speaker());
    try {
      Path state = Files.createTempFile("demur-worker", ".safetensors");
      try (Trainer trainer =
          new Trainer(
              trained,
              order.data(),
              subject.crew().shared(how),
              new Trainer.Checkpoints(state, TrainedArm.STEPS_PER_CHECKPOINT),
              subject.crew().workers())) {
        trainer.run(report -> {});
        return trainer.steps();
      } finally {
        Files.deleteIfExists(state);
      }
    } catch (IOException e) {
      throw new HardenException(
          ErrorCode.IO, "the state of a training cannot be kept: " + e.getMessage());
    }
  }
}
