package org.demur.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.demur.core.ErrorCode;

/// The other workers of a training on this machine: processes of the same command, which end with
/// this one.
final class LocalWorkers implements AutoCloseable {
  private static final int MOST_LINES = 20;
  private static final int GRACE_SECONDS = 10;

  private final Console console;
  private final List<Worker> workers = new ArrayList<>();
  private final Thread ending = new Thread(this::kill);

  private record Worker(int rank, Process process, Deque<String> lines, Thread reader) {
    /// What it said last, errors before anything else.
    String last() {
      synchronized (lines) {
        String errors =
            lines.stream()
                .filter(line -> line.startsWith("error: "))
                .map(line -> line.substring("error: ".length()))
                .collect(Collectors.joining(" "));
        return errors.isEmpty() ? String.join(" ", lines) : errors;
      }
    }
  }

  /// Starts workers 1 to size - 1.
  ///
  /// @param command of this program with its arguments and how to find the others, without a rank
  LocalWorkers(Console console, List<String> command, int size) {
    this.console = console;
    Runtime.getRuntime().addShutdownHook(ending);
    try {
      for (int rank = 1; rank < size; rank++) {
        workers.add(started(command, rank));
      }
    } catch (IOException e) {
      kill();
      throw new CliException(
          ErrorCode.WORKERS, "the other workers cannot be started: " + e.getMessage());
    }
  }

  private static Worker started(List<String> command, int rank) throws IOException {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of("--rank", "" + rank));
    Process process =
        new ProcessBuilder(all).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    process.getOutputStream().close();
    Deque<String> lines = new ArrayDeque<>();
    Thread reader = Thread.ofPlatform().daemon().start(() -> read(process, lines));
    return new Worker(rank, process, lines, reader);
  }

  private static void read(Process process, Deque<String> lines) {
    try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        synchronized (lines) {
          lines.add(line);
          if (lines.size() > MOST_LINES) {
            lines.removeFirst();
          }
        }
      }
    } catch (IOException | UncheckedIOException e) {
      // the worker is gone
    }
  }

  /// Checks that all workers run.
  ///
  /// @throws CliException with what a worker said that ended
  void check() {
    for (Worker worker : workers) {
      if (!worker.process().isAlive()) {
        join(worker);
        throw new CliException(
            ErrorCode.WORKERS,
            "worker %d ended with exit code %d: %s"
                .formatted(worker.rank(), worker.process().exitValue(), worker.last()));
      }
    }
  }

  private static void join(Worker worker) {
    try {
      worker.reader().join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void kill() {
    workers.forEach(worker -> worker.process().destroyForcibly());
  }

  /// Waits a little for the workers to end by themselves, and says what went wrong at those that
  /// failed for a reason of their own.
  void awaitEnd() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
    for (Worker worker : workers) {
      try {
        long left = Math.max(0, deadline - System.nanoTime());
        if (worker.process().waitFor(left, TimeUnit.NANOSECONDS)) {
          tell(worker);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Ends the workers that still run.
  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException e) {
      // the process ends already
    }
  }

  private void tell(Worker worker) {
    int code = worker.process().exitValue();
    if (code != ExitCodes.FINE && code != ErrorCode.WORKER_LOST.exitCode()) {
      join(worker);
      console.note("worker %d (exit code %d): %s".formatted(worker.rank(), code, worker.last()));
    }
  }
}
