package org.demur.cli;

import java.util.Locale;
import java.util.function.Consumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.demur.train.StepReport;
import org.jspecify.annotations.Nullable;

/// Shows a training: a bar with the terms of the loss, tokens per second and the time left on a
/// terminal, else a line every few steps, on standard error.
final class TrainingProgressBar implements Consumer<StepReport>, AutoCloseable {
  private static final int WIDTH = 110;
  private static final int UPDATE_MILLIS = 200;
  private static final int STEPS_PER_LINE = 10;

  private final Console console;
  private final int steps;
  private final @Nullable ProgressBar bar;

  /// @param done steps that were taken before
  TrainingProgressBar(Context context, int done, int steps) {
    this.console = context.console();
    this.steps = steps;
    bar =
        context.environment().terminals().err()
            ? new ProgressBarBuilder()
                .setTaskName("training")
                .setInitialMax(steps)
                .startsFrom(done, java.time.Duration.ZERO)
                .setUnit(" steps", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setConsumer(new ConsoleProgressBarConsumer(console.errorStream(), WIDTH))
                .build()
            : null;
  }

  @Override
  public void accept(StepReport report) {
    if (bar != null) {
      bar.stepTo(report.step());
      bar.setExtraMessage(terms(report));
    } else if (report.step() % STEPS_PER_LINE == 0 || report.step() == steps) {
      console.note("step %d of %d: %s".formatted(report.step(), steps, terms(report)));
    }
  }

  private static String terms(StepReport report) {
    return String.format(
        Locale.ROOT,
        " refusals %.3f, utility %.3f, %.0f tokens/s, directions %.0f %%",
        report.loss().harmful(),
        report.loss().utility(),
        report.usage().tokens() / report.seconds(),
        100 * report.refreshSeconds() / report.seconds());
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
