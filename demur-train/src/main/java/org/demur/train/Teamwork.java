package org.demur.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import org.demur.core.AtomicFiles;
import org.demur.core.ErrorCode;
import org.demur.core.Hashes;
import org.demur.model.Usage;
import org.demur.model.intervention.Receipt;
import org.demur.tensor.AdamWRule;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.workers.Workers;

/// What the workers of a training do together beside their passes: they begin with the same
/// numbers, add up their gradients, and decide alike.
///
/// One worker alone does none of it.
final class Teamwork {
  /// Figures of a step over all workers.
  ///
  /// @param gradientNorm the first worker's: processors of another kind may round it otherwise
  /// @param meanChange mean over all receipts
  /// @param usage passes of all workers
  /// @param preparation those of the preparation
  record Figures(double gradientNorm, double meanChange, Usage usage, Usage preparation) {}

  private final Workers workers;

  Teamwork(Workers workers) {
    this.workers = workers;
  }

  boolean shared() {
    return workers.size() > 1;
  }

  /// Whether this worker writes checkpoints.
  boolean first() {
    return workers.first();
  }

  /// Checks before a training that its steps can be shared.
  ///
  /// @throws TrainException with [ErrorCode#WORKERS] when they cannot
  void requireShareable(TrainingSettings settings) {
    HardeningMethod method = settings.method().method();
    if (shared()) {
      method.requireShareable(workers.size());
    }
    if (settings.parts() % workers.size() != 0) {
      throw new TrainException(
          ErrorCode.WORKERS,
          "the %d parts of a step cannot be shared evenly by %d workers"
              .formatted(settings.parts(), workers.size()));
    }
  }

  /// Compares configurations, and gives everybody the first worker's state.
  ///
  /// @param file of the checkpoint, at every worker its own
  /// @param save writes it
  /// @param resume goes on from it
  void begin(
      SequencedMap<String, String> configuration, Path file, Runnable save, Runnable resume) {
    if (!shared()) {
      return;
    }
    Agreement.require(workers, configuration);
    try {
      if (first()) {
        save.run();
        workers.call(Files.readAllBytes(file));
      } else {
        byte[] state = workers.await();
        AtomicFiles.write(file, out -> out.write(state));
        resume.run();
      }
    } catch (IOException e) {
      throw new TrainException(ErrorCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// Replaces the gradients of every worker by their sum.
  void addGradients(Collection<AdamWRule.Trained> parameters) {
    if (!shared()) {
      return;
    }
    try (Scope scope = Scope.open();
        Autograd off = Autograd.off()) {
      List<Tensor> gradients = new ArrayList<>();
      long count = 0;
      for (AdamWRule.Trained parameter : parameters) {
        Tensor gradient = parameter.value().grad();
        gradients.add(gradient);
        count += gradient.elementCount();
      }
      float[] all = new float[Math.toIntExact(count)];
      int at = 0;
      for (Tensor gradient : gradients) {
        float[] values = gradient.toFloats();
        System.arraycopy(values, 0, all, at, values.length);
        at += values.length;
      }
      workers.sum(all);
      spread(all, gradients);
    }
  }

  private static void spread(float[] all, List<Tensor> gradients) {
    int at = 0;
    for (Tensor gradient : gradients) {
      try (Scope scope = Scope.open()) {
        float[] values = new float[(int) gradient.elementCount()];
        System.arraycopy(all, at, values, 0, values.length);
        at += values.length;
        long[] shape = gradient.shape().stream().mapToLong(Long::longValue).toArray();
        gradient.assign(Tensors.ofFloats(values, gradient.device(), shape));
      }
    }
  }

  /// The figures of a step over all workers, from those of each.
  Figures figures(double gradientNorm, List<Receipt> receipts, Usage usage, Usage preparation) {
    double changes = receipts.stream().mapToDouble(Receipt::meanRelativeChange).sum();
    double[] all = {
      first() ? gradientNorm : 0,
      changes,
      receipts.size(),
      usage.forwardPasses(),
      usage.backwardPasses(),
      usage.tokens(),
      usage.forwardRows(),
      usage.backwardRows(),
      preparation.forwardPasses(),
      preparation.backwardPasses(),
      preparation.tokens(),
      preparation.forwardRows(),
      preparation.backwardRows()
    };
    workers.sum(all);
    return new Figures(all[0], all[2] == 0 ? 0 : all[1] / all[2], usage(3, all), usage(8, all));
  }

  private static Usage usage(int at, double... numbers) {
    return new Usage(
        (long) numbers[at],
        (long) numbers[at + 1],
        (long) numbers[at + 2],
        (long) numbers[at + 3],
        (long) numbers[at + 4]);
  }

  /// The first worker's decision, while the others wait.
  boolean decided(BooleanSupplier decision) {
    if (!shared()) {
      return decision.getAsBoolean();
    }
    if (!first()) {
      return workers.await()[0] == 1;
    }
    workers.dismiss();
    boolean decided = decision.getAsBoolean();
    workers.call(new byte[] {(byte) (decided ? 1 : 0)});
    return decided;
  }

  /// Checks that all workers have the same factors, to the last bit.
  ///
  /// @param steps taken so far
  /// @throws TrainException with [ErrorCode#CHECK_FAILED] when they have not
  void requireSame(Map<String, AdamWRule.Trained> parameters, int steps) {
    if (shared() && new TreeSet<>(workers.texts(hash(parameters))).size() > 1) {
      throw new TrainException(
          ErrorCode.CHECK_FAILED,
          "the workers' adapters differ after step %d; their machines compute differently, so they cannot share a training"
              .formatted(steps));
    }
  }

  private static String hash(Map<String, AdamWRule.Trained> parameters) {
    MessageDigest digest = Hashes.sha256();
    for (AdamWRule.Trained parameter : parameters.values()) {
      try (Scope scope = Scope.open()) {
        float[] values = parameter.value().toFloats();
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        digest.update(bytes);
      }
    }
    return Hashes.hex(digest);
  }
}
