package org.demur.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.demur.model.source.ProgressListener;
import org.jspecify.annotations.Nullable;

/// Shows how far a model has come: a bar on a terminal, else one line per step, on standard error.
final class FetchProgress implements ProgressListener, AutoCloseable {
  private static final int WIDTH = 100;
  private static final int UPDATE_MILLIS = 200;
  private static final long MEGABYTE = 1_000_000;

  private final Console console;
  private final boolean terminal;
  private String step = "";
  private @Nullable ProgressBar bar;

  FetchProgress(Context context) {
    this.console = context.console();
    this.terminal = context.environment().terminals().err();
  }

  @Override
  public void progress(Phase phase, String file, long bytesDone, long bytesTotal) {
    String now = phase + " " + file;
    if (!now.equals(step)) {
      step = now;
      begin(phase, file, bytesTotal);
    }
    if (bar != null) {
      bar.maxHint(bytesTotal > 0 ? bytesTotal : -1);
      bar.stepTo(bytesDone);
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

  private void begin(Phase phase, String file, long bytesTotal) {
    close();
    boolean counts = phase == Phase.DOWNLOADING || phase == Phase.UNPACKING;
    if (terminal && (counts || phase == Phase.CHECKING) && bytesTotal > 0) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(verb(phase) + " " + file)
              .setInitialMax(bytesTotal)
              .setUnit(" MB", MEGABYTE)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(UPDATE_MILLIS)
              .setConsumer(new ConsoleProgressBarConsumer(console.errorStream(), WIDTH))
              .build();
    } else if (phase != Phase.CHECKING) {
      console.note(line(phase, file, bytesTotal));
    }
  }

  private static String line(Phase phase, String file, long bytesTotal) {
    String size = bytesTotal > 0 ? " (" + Sizes.ofBytes(bytesTotal) + ")" : "";
    return verb(phase) + " " + file + size;
  }

  private static String verb(Phase phase) {
    return switch (phase) {
      case WAITING -> "waiting for another process that fetches";
      case CONNECTING -> "looking for";
      case DOWNLOADING -> "downloading";
      case RETRYING -> "trying again to fetch";
      case UNPACKING -> "unpacking";
      case CHECKING -> "checking";
    };
  }
}
