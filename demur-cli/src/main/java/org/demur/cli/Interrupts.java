package org.demur.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jline.utils.Signals;

/// Ctrl-C while something long runs: the first stops it cleanly, the second ends the process.
final class Interrupts {
  private static final String INTERRUPT = "INT";

  private Interrupts() {}

  /// Runs work that stops when its thread is interrupted.
  ///
  /// @throws InterruptedByUserException when Ctrl-C was pressed and the work failed for it
  static <T> T interruptible(Supplier<T> work) {
    Thread worker = Thread.currentThread();
    AtomicBoolean pressed = new AtomicBoolean();
    try {
      return stoppable(
          () -> {
            pressed.set(true);
            worker.interrupt();
          },
          work);
    } catch (RuntimeException e) {
      if (pressed.get()) {
        throw new InterruptedByUserException(String.valueOf(e.getMessage()), e);
      }
      throw e;
    } finally {
      if (pressed.get()) {
        // the flag has served its purpose; what follows must not be stopped by it
        Thread.interrupted();
      }
    }
  }

  /// Runs work and calls `stop` at the first Ctrl-C.
  static <T> T stoppable(Runnable stop, Supplier<T> work) {
    AtomicBoolean pressed = new AtomicBoolean();
    Object previous =
        Signals.register(
            INTERRUPT,
            () -> {
              if (pressed.getAndSet(true)) {
                Runtime.getRuntime().halt(ExitCodes.INTERRUPTED);
              }
              stop.run();
            });
    try {
      return work.get();
    } finally {
      Signals.unregister(INTERRUPT, previous);
    }
  }
}
