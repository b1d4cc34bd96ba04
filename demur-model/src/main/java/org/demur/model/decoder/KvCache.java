package org.demur.model.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.demur.core.ErrorCode;
import org.demur.model.config.Architecture;
import org.demur.model.config.ModelException;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.kernel.Panel;
import org.demur.tensor.kernel.TokenLoops;

/// Keys and values of the tokens that went through the decoder, for every block and row.
///
/// Keys are stored after the rotary embedding. Where its frequencies change with the length of a
/// row, the session that uses the cache clears it and runs the row again.
///
/// **Shapes**: `[row, nKvHeads, capacity, dHead]` per block, for keys and for values. Owns its
/// memory until closed.
public final class KvCache implements AutoCloseable {
  private static final int STEP = 64;

  private final Scope scope = Scope.detached();
  private final Architecture architecture;
  private final DType type;
  private final Device device;
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();
  private final Map<Integer, Panel> keyPanels = new HashMap<>();
  private final Map<Integer, Panel> valuePanels = new HashMap<>();
  private int[] lengths;
  private int capacity;

  /// Makes an empty cache.
  ///
  /// @param rows rows of the batch
  /// @param capacity tokens per row that are expected; it grows when needed
  public KvCache(Architecture architecture, DType type, Device device, int rows, int capacity) {
    this.architecture = architecture;
    this.type = type;
    this.device = device;
    this.lengths = new int[rows];
    this.capacity = Math.max(1, capacity);
    try (Scope step = Scope.open()) {
      for (int layer = 0; layer < architecture.dimensions().nLayers(); layer++) {
        keys.add(scope.adopt(empty(rows)));
        values.add(scope.adopt(empty(rows)));
      }
    }
  }

  private Tensor empty(int rows) {
    // zeros, not uninitialised memory: hidden keys get the weight 0, and 0 times NaN would be NaN
    return Tensors.zeros(
        type,
        device,
        rows,
        architecture.dimensions().nKvHeads(),
        capacity,
        architecture.dimensions().dHead());
  }

  /// Tokens stored for each row.
  public int[] lengths() {
    return lengths.clone();
  }

  /// Bytes of keys and values.
  public long bytes() {
    return 2L * keys.size() * keys.getFirst().elementCount() * type.bytes();
  }

  /// Makes room for the tokens of a batch.
  ///
  /// @throws ModelException when the batch does not go on where the cache ends
  void prepare(TokenBatch batch) {
    if (!Arrays.equals(batch.past(), lengths)) {
      throw new ModelException(
          ErrorCode.CONTEXT_LENGTH,
          "the batch goes on after %s tokens per row, but the cache holds %s"
              .formatted(Arrays.toString(batch.past()), Arrays.toString(lengths)));
    }
    int needed = 0;
    for (int row = 0; row < lengths.length; row++) {
      needed = Math.max(needed, lengths[row] + batch.lengths()[row]);
    }
    if (needed > capacity) {
      grow(Math.max(needed, Math.min(2 * capacity, needed + STEP)));
    }
  }

  private void grow(int wanted) {
    int old = capacity;
    capacity = wanted;
    replaceAll(
        tensor -> {
          Tensor larger = empty(lengths.length);
          larger.narrow(2, 0, old).assign(tensor);
          return larger;
        });
  }

  /// A cache of several rows that all begin with the tokens of this cache of one row.
  ///
  /// @param wantedType type of the new cache
  /// @param rows number of rows
  /// @param wantedCapacity tokens per row that are expected
  public KvCache shared(DType wantedType, int rows, int wantedCapacity) {
    int held = lengths[0];
    KvCache many =
        new KvCache(architecture, wantedType, device, rows, Math.max(held, wantedCapacity));
    try (Scope step = Scope.open()) {
      for (int layer = 0; layer < keys.size(); layer++) {
        many.keys.get(layer).narrow(2, 0, held).assign(keys.get(layer).narrow(2, 0, held));
        many.values.get(layer).narrow(2, 0, held).assign(values.get(layer).narrow(2, 0, held));
      }
    }
    Arrays.fill(many.lengths, held);
    return many;
  }

  /// Forgets all tokens; the memory stays.
  public void clear() {
    Arrays.fill(lengths, 0);
  }

  /// Keeps only the given rows, in the given order.
  public void keepRows(int[] rows) {
    lengths = Arrays.stream(rows).map(row -> lengths[row]).toArray();
    replaceAll(tensor -> tensor.indexSelect(0, Tensors.ofInts(rows, device)));
  }

  private void replaceAll(java.util.function.UnaryOperator<Tensor> change) {
    keyPanels.clear();
    valuePanels.clear();
    for (List<Tensor> tensors : List.of(keys, values)) {
      tensors.replaceAll(
          old -> {
            try (Scope step = Scope.open()) {
              Tensor changed = scope.adopt(change.apply(old));
              scope.release(old);
              return changed;
            }
          });
    }
  }

  /// Where each token of a batch and each of its key heads go, for [#store]; `[token * head]`.
  Tensor slots(TokenBatch batch) {
    int heads = architecture.dimensions().nKvHeads();
    int[] rows = batch.rowOfToken();
    int[] positions = batch.positions();
    int[] slots = new int[rows.length * heads];
    for (int token = 0; token < rows.length; token++) {
      for (int head = 0; head < heads; head++) {
        slots[token * heads + head] =
            Math.toIntExact(((long) rows[token] * heads + head) * capacity + positions[token]);
      }
    }
    return Tensors.ofInts(slots, device);
  }

  /// Stores keys and values `[token, nKvHeads, dHead]` of a batch.
  void store(int layer, Tensor newKeys, Tensor newValues, Tensor slots) {
    int dHead = architecture.dimensions().dHead();
    keys.get(layer).reshape(-1, dHead).assignAt(slots, newKeys.reshape(-1, dHead).to(type));
    values.get(layer).reshape(-1, dHead).assignAt(slots, newValues.reshape(-1, dHead).to(type));
  }

  /// Stores keys and values of a batch that lie in columns of `panel`.
  void store(int layer, Panel panel, int keyColumn, int valueColumn, TokenBatch batch) {
    Panel keyPanel = keyPanel(layer);
    Panel valuePanel = valuePanel(layer);
    int dHead = architecture.dimensions().dHead();
    int[] rows = batch.rowOfToken();
    int[] positions = batch.positions();
    for (int head = 0; head < architecture.dimensions().nKvHeads(); head++) {
      for (int token = 0; token < rows.length; token++) {
        int place = firstKey(rows[token], head) + positions[token];
        TokenLoops.move(panel, token, keyColumn + head * dHead, keyPanel, place, dHead);
        TokenLoops.move(panel, token, valueColumn + head * dHead, valuePanel, place, dHead);
      }
    }
  }

  /// Keys of a group, `[row, nKvHeads, key, dHead]`; a view.
  Tensor keys(int layer, TokenBatch.Group group) {
    return part(keys.get(layer), group);
  }

  /// Values of a group, `[row, nKvHeads, key, dHead]`; a view.
  Tensor values(int layer, TokenBatch.Group group) {
    return part(values.get(layer), group);
  }

  private static Tensor part(Tensor all, TokenBatch.Group group) {
    return all.narrow(0, group.firstRow(), group.rows()).narrow(2, 0, group.keys());
  }

  /// Keys of all rows as `[row * nKvHeads * capacity, dHead]` in memory.
  Panel keyPanel(int layer) {
    return keyPanels.computeIfAbsent(layer, same -> panel(keys.get(same)));
  }

  /// Values of all rows as `[row * nKvHeads * capacity, dHead]` in memory.
  Panel valuePanel(int layer) {
    return valuePanels.computeIfAbsent(layer, same -> panel(values.get(same)));
  }

  private Panel panel(Tensor tensor) {
    return new Panel(tensor.memory(), architecture.dimensions().dHead(), type == DType.BFLOAT16);
  }

  /// Place of a row's first key in [#keyPanel].
  int firstKey(int row, int kvHead) {
    return Math.toIntExact(((long) row * architecture.dimensions().nKvHeads() + kvHead) * capacity);
  }

  /// Counts the tokens of a batch as stored, after all blocks have stored them.
  void advance(TokenBatch batch) {
    for (int row = 0; row < lengths.length; row++) {
      lengths[row] += batch.lengths()[row];
    }
  }

  /// Frees the native memory.
  @Override
  public void close() {
    scope.close();
  }
}
