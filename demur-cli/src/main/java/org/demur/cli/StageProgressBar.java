package org.demur.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.demur.audit.AuditProgress;
import org.demur.harden.HardeningProgress;
import org.jspecify.annotations.Nullable;

/// Shows how far an audit or a hardening has come: a bar for each stage on a terminal, else one
/// line per stage, on standard error.
final class StageProgressBar implements AuditProgress, HardeningProgress, AutoCloseable {
  private static final int WIDTH = 100;
  private static final int UPDATE_MILLIS = 200;

  private final Console console;
  private final boolean terminal;
  private String current = "";
  private @Nullable ProgressBar bar;

  StageProgressBar(Context context) {
    this.console = context.console();
    this.terminal = context.environment().terminals().err();
  }

  @Override
  public void at(String stage, int done, int total) {
    if (!stage.equals(current)) {
      close();
      current = stage;
      if (!terminal) {
        console.note(stage + " ...");
      }
    }
    if (terminal && bar == null && total > 1) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(stage)
              .setInitialMax(total)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(console.errorStream(), WIDTH))
              .build();
    }
    if (bar != null) {
      bar.maxHint(total);
      bar.stepTo(done);
    }
  }

  /// Ends the bar, so that the next line begins on its own.
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
