package org.demur.tensor.workers;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.demur.core.ErrorCode;
import org.demur.tensor.TensorException;
import org.jspecify.annotations.Nullable;

/// Workers over libtorch's Gloo.
///
/// While the first worker leaves the others waiting, a thread of it sends a sign of life every few
/// seconds, so that whoever waits knows the difference between long work and a lost worker.
final class GlooWorkers implements Workers {
  private static final int LONGEST_TEXT = 1 << 20;
  private static final int LONGEST_MESSAGE = 1 << 30;
  private static final long SIGN_OF_LIFE = -1;
  private static final Duration BETWEEN_SIGNS = Duration.ofSeconds(5);

  private final Store store;
  private final ProcessGroupGloo group;
  private final int rank;
  private final int size;
  private final Duration patience;
  private @Nullable Absence absence;

  /// @param store through which they found each other, kept for as long as the group
  GlooWorkers(Store store, ProcessGroupGloo group, int rank, int size, Duration patience) {
    this.store = store;
    this.group = group;
    this.rank = rank;
    this.size = size;
    this.patience = patience;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public void sum(float[] numbers) {
    MemorySegment own = MemorySegment.ofArray(numbers);
    reduce(own, torch.ScalarType.Float, numbers.length);
  }

  @Override
  public void sum(double[] numbers) {
    MemorySegment own = MemorySegment.ofArray(numbers);
    reduce(own, torch.ScalarType.Double, numbers.length);
  }

  private void reduce(MemorySegment own, torch.ScalarType type, long count) {
    requireTogether();
    try (PointerScope scope = new PointerScope()) {
      Tensor staged = staged(type, count);
      MemorySegment memory = memory(staged);
      memory.copyFrom(own);
      done(() -> group.allreduce(new TensorVector(staged)));
      own.copyFrom(memory);
    }
  }

  @Override
  public List<String> texts(String own) {
    requireTogether();
    byte[] bytes = own.getBytes(StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>();
    for (int from = 0; from < size; from++) {
      long length = number(from, bytes.length);
      requireLength(length, LONGEST_TEXT, from);
      byte[] text = from == rank ? bytes : new byte[(int) length];
      all.add(new String(bytes(from, text), StandardCharsets.UTF_8));
    }
    return all;
  }

  @Override
  public void call(byte[] message) {
    requireFirst(true);
    Absence known = absence;
    if (known != null) {
      absence = null;
      known.end();
    }
    requireLength(message.length, LONGEST_MESSAGE, 0);
    number(0, message.length);
    bytes(0, message);
  }

  @Override
  public byte[] await() {
    requireFirst(false);
    long length = SIGN_OF_LIFE;
    while (length == SIGN_OF_LIFE) {
      length = number(0, 0);
    }
    requireLength(length, LONGEST_MESSAGE, 0);
    return bytes(0, new byte[(int) length]);
  }

  @Override
  public void dismiss() {
    requireFirst(true);
    requireTogether();
    absence = new Absence();
  }

  private void requireFirst(boolean first) {
    if (first != first()) {
      throw new IllegalStateException("worker 0 calls, the others wait; this is worker " + rank);
    }
  }

  private void requireTogether() {
    if (absence != null) {
      throw new IllegalStateException("the other workers were dismissed and not called again");
    }
  }

  private static void requireLength(long length, long most, int from) {
    if (length < 0 || length > most) {
      throw new TensorException(
          ErrorCode.WORKERS,
          "worker %d announced a message of %d bytes; at most %d are read"
              .formatted(from, length, most));
    }
  }

  /// One number of a worker, for all.
  private long number(int from, long own) {
    try (PointerScope scope = new PointerScope()) {
      Tensor staged = staged(torch.ScalarType.Long, 1);
      MemorySegment memory = memory(staged);
      memory.set(ValueLayout.JAVA_LONG, 0, own);
      broadcast(from, staged);
      return memory.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  /// Bytes of a worker, for all: sends or fills them.
  private byte[] bytes(int from, byte[] content) {
    if (content.length > 0) {
      try (PointerScope scope = new PointerScope()) {
        Tensor staged = staged(torch.ScalarType.Byte, content.length);
        MemorySegment memory = memory(staged);
        memory.copyFrom(MemorySegment.ofArray(content));
        broadcast(from, staged);
        MemorySegment.ofArray(content).copyFrom(memory);
      }
    }
    return content;
  }

  private void broadcast(int from, Tensor staged) {
    BroadcastOptions options = new BroadcastOptions();
    options.rootRank(from);
    done(() -> group.broadcast(new TensorVector(staged), options));
  }

  private static Tensor staged(torch.ScalarType type, long count) {
    TensorOptions options = new TensorOptions().dtype(new ScalarTypeOptional(type));
    return torch.torch_empty(new long[] {count}, options, new MemoryFormatOptional());
  }

  private static MemorySegment memory(Tensor staged) {
    return MemorySegment.ofAddress(staged.data_ptr().address()).reinterpret(staged.nbytes());
  }

  private void done(Supplier<Work> begun) {
    try {
      begun.get()._wait();
    } catch (RuntimeException e) {
      throw WorkerFailure.lost(rank, size, patience.toSeconds(), e);
    }
  }

  @Override
  public void close() {
    Absence known = absence;
    if (known != null) {
      absence = null;
      known.stop();
    }
    group.close();
    store.close();
  }

  /// Signs of life while the first worker is busy with something of its own.
  private final class Absence {
    private final Thread thread;
    private boolean over;
    private @Nullable TensorException lost;

    Absence() {
      thread = Thread.ofPlatform().daemon().name("demur-signs-of-life").start(this::signal);
    }

    private void signal() {
      try {
        while (goesOn()) {
          number(0, SIGN_OF_LIFE);
        }
      } catch (TensorException e) {
        lost = e;
      }
    }

    private synchronized boolean goesOn() {
      long until = System.nanoTime() + Math.min(BETWEEN_SIGNS.toNanos(), patience.toNanos() / 4);
      try {
        for (long left = until - System.nanoTime();
            !over && left > 0;
            left = until - System.nanoTime()) {
          wait(Math.max(1, left / 1_000_000));
        }
      } catch (InterruptedException e) {
        return false;
      }
      return !over;
    }

    /// Ends the signs, and throws when a worker was lost meanwhile.
    void end() {
      stop();
      if (lost != null) {
        throw lost;
      }
    }

    void stop() {
      synchronized (this) {
        over = true;
        notifyAll();
      }
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
