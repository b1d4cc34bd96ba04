package org.demur.testkit;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.demur.core.DemurException;
import org.jspecify.annotations.Nullable;

/// Runs a check over many seeds and accepts only success or a [DemurException] with a message.
///
/// Anything else fails the test and names the seed: another exception, an error such as an
/// overflowing stack, a case that takes too long, or one that allocates too much on the heap.
///
/// The number of cases can be set for all runs with the system property `demur.mutations`, the
/// first seed with `demur.mutations.seed`; `-Ddemur.mutations=1 -Ddemur.mutations.seed=S` repeats
/// one case.
public final class MutationRun {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final int SHOWN_FRAMES = 20;

  private final String name;
  private final int cases;
  private Duration mostTime = Duration.ofSeconds(10);
  private long mostBytes = 256L << 20;

  /// The seeds of a run that have been checked, by what came out.
  ///
  /// @param accepted cases that ended normally: the damage was harmless
  /// @param refused cases that ended with a [DemurException]
  public record Outcome(int accepted, int refused) {
    /// How many cases there were.
    public int total() {
      return accepted + refused;
    }
  }

  /// One case.
  @FunctionalInterface
  public interface Check {
    /// Damages something by `seed` and gives it to what is tested.
    void run(long seed) throws Exception;
  }

  /// Makes a run with the number of cases that it has unless the property says otherwise.
  public MutationRun(String name, int cases) {
    this.name = name;
    this.cases = Integer.getInteger("demur.mutations", cases);
  }

  /// Sets how long one case may take; 10 seconds if not set, so that a busy machine does no harm.
  public MutationRun within(Duration perCase) {
    mostTime = perCase;
    return this;
  }

  /// Sets how many bytes of heap one case may allocate altogether; 256 MiB if not set.
  public MutationRun allocatingAtMost(long bytes) {
    mostBytes = bytes;
    return this;
  }

  /// Runs all cases in one thread and waits for them.
  ///
  /// @throws AssertionError when a case ends in any way that is not accepted
  public Outcome run(Check check) {
    Worker worker = new Worker(check, Long.getLong("demur.mutations.seed", 1L));
    worker.setDaemon(true);
    worker.start();
    try {
      while (!worker.join(POLL)) {
        if (worker.caseNanos() > mostTime.toNanos()) {
          throw failure(worker.seed, "took more than " + mostTime + frames(worker), null);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("the mutation run " + name + " was interrupted", e);
    }
    worker.failure.ifPresent(
        error -> {
          throw error;
        });
    return new Outcome(worker.accepted, worker.refused);
  }

  private static String frames(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .limit(SHOWN_FRAMES)
        .map(frame -> "\n    at " + frame)
        .collect(Collectors.joining());
  }

  private AssertionError failure(long seed, String what, @Nullable Throwable cause) {
    return new AssertionError(
        "mutation run %s, seed %d: %s (repeat with -Ddemur.mutations=1 -Ddemur.mutations.seed=%d)"
            .formatted(name, seed, what, seed),
        cause);
  }

  private final class Worker extends Thread {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Check check;
    private final long firstSeed;
    private volatile long seed;
    private volatile long started = System.nanoTime();
    private volatile Optional<AssertionError> failure = Optional.empty();
    private volatile int accepted;
    private volatile int refused;

    Worker(Check check, long firstSeed) {
      super("mutations " + name);
      this.check = check;
      this.firstSeed = firstSeed;
      this.seed = firstSeed;
    }

    long caseNanos() {
      return System.nanoTime() - started;
    }

    @Override
    public void run() {
      int acceptedSoFar = 0;
      for (int done = 0; done < cases && failure.isEmpty(); done++) {
        seed = firstSeed + done;
        started = System.nanoTime();
        acceptedSoFar += runCase() ? 1 : 0;
        accepted = acceptedSoFar;
        refused = done + 1 - acceptedSoFar;
      }
    }

    /// Whether the case ended normally.
    private boolean runCase() {
      long before = threads.getCurrentThreadAllocatedBytes();
      boolean normal = false;
      try {
        check.run(seed);
        normal = true;
      } catch (DemurException e) {
        String message = e.getMessage();
        if (message == null || message.isBlank()) {
          failure = Optional.of(failure(seed, "the error has no message", e));
        }
      } catch (Throwable e) {
        failure = Optional.of(failure(seed, "ended with " + e, e));
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      if (allocated > mostBytes && failure.isEmpty()) {
        String what = "allocated %d bytes, more than %d".formatted(allocated, mostBytes);
        failure = Optional.of(failure(seed, what, null));
      }
      return normal;
    }
  }
}
