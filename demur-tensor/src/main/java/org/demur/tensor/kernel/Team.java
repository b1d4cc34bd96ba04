package org.demur.tensor.kernel;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.demur.tensor.Engine;
import org.jspecify.annotations.Nullable;

/// Threads that share the parts of a loop with the caller.
///
/// Loops of a few microseconds follow each other closely while a token is decoded, so that a thread
/// without work looks for the next loop for a moment before it sleeps. One loop runs at a time: a
/// second caller does its loop alone.
final class Team {
  private static final long PATIENCE_NANOS = 50_000;
  private static final Team COMMON = new Team();

  private static final class Loop {
    private final IntConsumer body;
    private final int parts;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private volatile @Nullable Throwable failure;

    Loop(IntConsumer body, int parts) {
      this.body = body;
      this.parts = parts;
    }

    void work() {
      int part;
      while ((part = next.getAndIncrement()) < parts) {
        try {
          body.accept(part);
        } catch (RuntimeException | Error e) {
          failure = e;
        } finally {
          finished.incrementAndGet();
        }
      }
    }

    boolean done() {
      return finished.get() >= parts;
    }
  }

  private final ReentrantLock busy = new ReentrantLock();
  private volatile @Nullable Loop current;
  private volatile Worker[] workers = {};

  private Team() {}

  /// Runs `body` for the numbers from 0 up to but not including `parts`, in any order.
  static void run(int parts, IntConsumer body) {
    COMMON.share(parts, body);
  }

  /// Threads that work on a loop, the caller included.
  static int size() {
    return Engine.threads();
  }

  private void share(int parts, IntConsumer body) {
    int threads = Math.min(parts, size());
    if (threads <= 1 || busy.isHeldByCurrentThread() || !busy.tryLock()) {
      for (int part = 0; part < parts; part++) {
        body.accept(part);
      }
      return;
    }
    try {
      Loop loop = new Loop(body, parts);
      hire(threads - 1);
      current = loop;
      Worker[] helpers = workers;
      for (int i = 0; i < threads - 1; i++) {
        helpers[i].wake();
      }
      loop.work();
      while (!loop.done()) {
        Thread.onSpinWait();
      }
      Throwable failure = loop.failure;
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
    } finally {
      busy.unlock();
    }
  }

  private void hire(int count) {
    Worker[] known = workers;
    if (known.length >= count) {
      return;
    }
    Worker[] more = java.util.Arrays.copyOf(known, count);
    for (int i = known.length; i < count; i++) {
      more[i] = new Worker(i);
      more[i].thread.start();
    }
    workers = more;
  }

  private final class Worker implements Runnable {
    private final Thread thread;
    private volatile boolean asleep;

    Worker(int index) {
      thread = Thread.ofPlatform().daemon().name("demur-kernel-" + (index + 1)).unstarted(this);
    }

    void wake() {
      if (asleep) {
        LockSupport.unpark(thread);
      }
    }

    @Override
    public void run() {
      Loop last = null;
      long idleSince = System.nanoTime();
      while (true) {
        Loop loop = current;
        if (loop != null && loop != last) {
          loop.work();
          last = loop;
          idleSince = System.nanoTime();
        } else if (System.nanoTime() - idleSince < PATIENCE_NANOS) {
          Thread.onSpinWait();
        } else {
          asleep = true;
          // looked at again after the flag is up, so that a wake-up in between is not lost
          if (current == last) {
            LockSupport.park(this);
          }
          asleep = false;
          idleSince = System.nanoTime();
        }
      }
    }
  }
}
