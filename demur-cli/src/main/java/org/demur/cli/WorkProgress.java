package org.demur.cli;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.IntConsumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/// Shows how far one piece of work has come, with the time left: a bar on a terminal, else one
/// line, on standard error. Ctrl-C ends the work between two steps.
final class WorkProgress implements IntConsumer, AutoCloseable {
  private static final int WIDTH = 100;
  private static final int UPDATE_MILLIS = 200;

  private final String unit;
  private final int total;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final @Nullable ProgressBar bar;

  private WorkProgress(Context context, String task, String unit, int total) {
    this.unit = unit;
    this.total = total;
    if (context.environment().terminals().err()) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(task)
              .setInitialMax(total)
              .setUnit(" " + unit, 1)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(context.console().errorStream(), WIDTH))
              .build();
    } else {
      bar = null;
      context.console().note("%s: %d %s ...".formatted(task, total, unit));
    }
  }

  /// What is done: a task, counted in units.
  record Task(String name, String unit, int total) {}

  /// Does work that tells how many steps are done.
  ///
  /// @throws InterruptedByUserException after the step in which Ctrl-C was pressed
  static <T> T run(Context context, Task task, Function<IntConsumer, T> work) {
    try (WorkProgress progress =
        new WorkProgress(context, task.name(), task.unit(), task.total())) {
      return Interrupts.stoppable(() -> progress.stopped.set(true), () -> work.apply(progress));
    }
  }

  @Override
  public void accept(int done) {
    if (bar != null) {
      bar.stepTo(done);
    }
    if (stopped.get() && done < total) {
      throw new InterruptedByUserException(
          "stopped after %d of %d %s".formatted(done, total, unit), new CancellationException());
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
