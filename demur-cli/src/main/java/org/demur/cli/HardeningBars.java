package org.demur.cli;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.demur.data.store.RunFolder;
import org.demur.harden.HardeningRun;
import org.demur.harden.StageTimes;
import org.demur.train.StepReport;
import org.jspecify.annotations.Nullable;

/// Shows the stages and trainings of a hardening, and stops it between two steps when the user
/// asks.
final class HardeningBars implements HardeningRun.Listener, AutoCloseable {
  private final Context context;
  private final StageTimes times;
  private final RunFolder folder;
  private final StageProgressBar stages;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private @Nullable TrainingProgressBar training;

  HardeningBars(Context context, StageTimes times, RunFolder folder) {
    this.context = context;
    this.times = times;
    this.folder = folder;
    this.stages = new StageProgressBar(context);
  }

  /// Runs something that stops at the next stage or step after an interrupt.
  <T> T stoppable(Supplier<T> work) {
    return Interrupts.stoppable(
        () -> {
          stopped.set(true);
          context.console().note("stopping after this step or stage ...");
        },
        work);
  }

  @Override
  public void at(String stage, int done, int total) {
    endTraining();
    times.at(stage, done, total);
    stages.at(stage, done, total);
    stopWhenAsked("before " + stage);
  }

  @Override
  public void at(String arm, StepReport report, int all) {
    times.at("training, " + arm, report.step(), all);
    TrainingProgressBar bar = training;
    if (bar == null) {
      stages.close();
      context.console().note("training, " + arm + " ...");
      if (report.step() > 1) {
        context.console().note("going on after step " + (report.step() - 1));
      }
      bar = new TrainingProgressBar(context, report.step() - 1, all);
      training = bar;
    }
    bar.accept(report);
    if (report.step() < all) {
      stopWhenAsked("after step %d of %d".formatted(report.step(), all));
    }
  }

  private void stopWhenAsked(String where) {
    if (stopped.get()) {
      throw new InterruptedByUserException(
          "stopped %s; --out %s --resume goes on with what is finished"
              .formatted(where, folder.path()),
          new CancellationException());
    }
  }

  private void endTraining() {
    if (training != null) {
      training.close();
      training = null;
    }
  }

  @Override
  public void close() {
    endTraining();
    stages.close();
  }
}
