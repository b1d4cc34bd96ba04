package org.demur.model.intervention;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.demur.model.hook.HookPoint;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.kernel.TokenEdits;

/// Adds up what one intervention does, per hook point.
///
/// Sums stay on the device until the receipts are asked for, so that proving an edit does not stall
/// the pass.
final class ReceiptBook {
  private static final int CHANGE = 0;
  private static final int BEFORE = 1;
  private static final int AFTER = 2;

  private static final class Entry {
    int calls;
    long tokens;
    boolean projected;
    final double[] known = new double[3];
    final Tensor sums;

    Entry(Tensor sums) {
      this.sums = sums;
    }
  }

  private final Map<HookPoint, Entry> entries = new TreeMap<>();
  private final Scope owner;
  private final Device device;

  ReceiptBook(Scope owner, Device device, List<HookPoint> declared) {
    this.owner = owner;
    this.device = device;
    try (Scope step = Scope.open()) {
      for (HookPoint point : declared) {
        entries.put(point, new Entry(owner.adopt(Tensors.zeros(DType.FLOAT64, device, 3))));
      }
    }
  }

  /// Notes an edit of `old` into `changed`, both `[token, width]` in single precision.
  void note(HookPoint point, Tensor old, Tensor changed, Optional<Tensor> unit) {
    try (Scope step = Scope.open();
        Autograd off = Autograd.off()) {
      Entry entry = entries.get(point);
      if (entry == null) {
        entry = new Entry(owner.adopt(Tensors.zeros(DType.FLOAT64, device, 3)));
        entries.put(point, entry);
      }
      entry.calls++;
      entry.tokens += old.size(0);
      // hidden attention scores are minus infinity before and after: no change there
      Tensor difference = finite(changed.subtract(old));
      Tensor change =
          norm(difference).divide(norm(finite(old)).add(Float.MIN_NORMAL)).sum().reshape(1);
      List<Tensor> sums = new ArrayList<>(List.of(change));
      entry.projected = unit.isPresent();
      if (unit.isPresent()) {
        Tensor column = unit.get().unsqueeze(1);
        sums.add(old.matmul(column).sum().reshape(1));
        sums.add(changed.matmul(column).sum().reshape(1));
      } else {
        sums.add(Tensors.zeros(DType.FLOAT32, device, 2));
      }
      entry.sums.accumulate(Tensors.concatenate(sums, 0).to(DType.FLOAT64));
    }
  }

  /// Notes an edit that was measured while it was made.
  void note(HookPoint point, int tokens, TokenEdits.Sums sums) {
    Entry entry = entries.get(point);
    if (entry == null) {
      throw new IllegalStateException(point + " is edited but was not declared");
    }
    entry.calls++;
    entry.tokens += tokens;
    entry.projected = true;
    entry.known[CHANGE] += sums.change();
    entry.known[BEFORE] += sums.before();
    entry.known[AFTER] += sums.after();
  }

  private static Tensor finite(Tensor values) {
    return values.maskedFill(values.isFinite().logicalNot(), 0);
  }

  private static Tensor norm(Tensor vectors) {
    return vectors.square().sum(-1, false).sqrt();
  }

  long tokens() {
    return entries.values().stream().mapToLong(entry -> entry.tokens).sum();
  }

  List<HookPoint> untouched() {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().tokens == 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  List<Receipt> receipts(String label, int index) {
    List<Receipt> receipts = new ArrayList<>();
    entries.forEach(
        (point, entry) -> {
          double[] sums = entry.sums.toDoubles();
          for (int i = 0; i < sums.length; i++) {
            sums[i] += entry.known[i];
          }
          double tokens = Math.max(1, entry.tokens);
          receipts.add(
              new Receipt(
                  label,
                  index,
                  point,
                  entry.calls,
                  entry.tokens,
                  sums[CHANGE] / tokens,
                  mean(entry, sums[BEFORE]),
                  mean(entry, sums[AFTER])));
        });
    return receipts;
  }

  private static Optional<Double> mean(Entry entry, double sum) {
    return entry.projected ? Optional.of(sum / entry.tokens) : Optional.empty();
  }
}
