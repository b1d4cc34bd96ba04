package org.demur.tensor.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/// Gradients of [CausalAttention] over whole rows without cached tokens and without a cap.
///
/// The pattern is computed again, four queries at a time. With P the pattern, g the gradient of the
/// weighted values and `D = sum(P * g V^T)` of a query: `dV = P^T g`, `S = P (g V^T - D)`, `dQ =
/// scale S K`, `dK = scale S^T Q`. One task has all queries of a row that share a key head, so that
/// sums over queries are made by one thread in one order.
///
/// **Source.** FlashAttention-2 (Dao 2023), section 3.1.2.
///
/// @param forward what is differentiated; its cap must be 0
public record AttentionGradients(CausalAttention forward) {
  private static final int TILE = FourRows.COUNT;

  /// Scratch memory of a thread; "turned" arrays have the coordinate first.
  private static final class Scratch {
    private float[] turnedKeys = {};
    private float[] turnedValues = {};
    private float[] keys = {};
    private float[] keySums = {};
    private float[] valueSums = {};
    private float[] pattern = {};
    private float[] slopes = {};
    private float[] queries = {};
    private float[] given = {};

    void fit(int padded, int dHead) {
      if (keys.length < padded * dHead || pattern.length < TILE * padded) {
        turnedKeys = new float[padded * dHead];
        turnedValues = new float[padded * dHead];
        keys = new float[padded * dHead];
        keySums = new float[padded * dHead];
        valueSums = new float[padded * dHead];
        pattern = new float[TILE * padded];
        slopes = new float[TILE * padded];
      }
      if (queries.length < TILE * dHead) {
        queries = new float[TILE * dHead];
        given = new float[TILE * dHead];
      }
      for (float[] sums : List.of(turnedKeys, turnedValues, keySums, valueSums)) {
        Arrays.fill(sums, 0, padded * dHead, 0);
      }
    }
  }

  private record Task(int token, int length, int kvHead) {}

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /// Computes all rows.
  ///
  /// @param qkv queries, keys and values as they went into attention, next to each other
  /// @param gradient of the weighted values, `[token, nHeads * dHead]`
  /// @param out takes the gradients, in the columns of `qkv`
  public void run(CausalAttention.Rows rows, Panel qkv, Panel gradient, Panel out) {
    List<Task> tasks = new ArrayList<>();
    for (int row = 0; row < rows.lengths().length; row++) {
      for (int head = 0; head < forward.nKvHeads(); head++) {
        tasks.add(new Task(rows.firstToken()[row], rows.lengths()[row], head));
      }
    }
    Team.run(tasks.size(), index -> task(tasks.get(tasks.size() - 1 - index), qkv, gradient, out));
  }

  private int keyColumn(int kvHead) {
    return (forward.nHeads() + kvHead) * forward.dHead();
  }

  private int valueColumn(int kvHead) {
    return (forward.nHeads() + forward.nKvHeads() + kvHead) * forward.dHead();
  }

  private void task(Task task, Panel qkv, Panel gradient, Panel out) {
    int padded = FourRows.whole(task.length());
    Scratch scratch = SCRATCH.get();
    scratch.fit(padded, forward.dHead());
    gather(task, qkv, padded, scratch);
    int sharing = forward.nHeads() / forward.nKvHeads();
    for (int shared = 0; shared < sharing; shared++) {
      int column = (task.kvHead() * sharing + shared) * forward.dHead();
      for (int query = 0; query < task.length(); query += TILE) {
        load(qkv, task, query, column, forward.scale(), scratch.queries);
        load(gradient, task, query, column, 1, scratch.given);
        tile(task, query, padded, scratch);
        toKeys(Math.min(task.length(), query + TILE), padded, scratch);
        toQueries(task, query, column, padded, scratch, out);
      }
    }
    for (int key = 0; key < task.length(); key++) {
      for (int i = 0; i < forward.dHead(); i += Lanes.COUNT) {
        int at = key * forward.dHead() + i;
        int token = task.token() + key;
        out.store(Lanes.of(scratch.keySums, at), token, keyColumn(task.kvHead()) + i);
        out.store(Lanes.of(scratch.valueSums, at), token, valueColumn(task.kvHead()) + i);
      }
    }
  }

  private void gather(Task task, Panel qkv, int padded, Scratch scratch) {
    int dHead = forward.dHead();
    float[] line = scratch.queries;
    for (int key = 0; key < task.length(); key++) {
      for (int i = 0; i < dHead; i += Lanes.COUNT) {
        qkv.load(task.token() + key, keyColumn(task.kvHead()) + i)
            .intoArray(scratch.keys, key * dHead + i);
        qkv.load(task.token() + key, valueColumn(task.kvHead()) + i).intoArray(line, i);
      }
      for (int i = 0; i < dHead; i++) {
        scratch.turnedKeys[i * padded + key] = scratch.keys[key * dHead + i];
        scratch.turnedValues[i * padded + key] = line[i];
      }
    }
  }

  /// Four neighbouring tokens of one head, zeros behind the end of the row.
  private void load(Panel from, Task task, int query, int column, float factor, float[] into) {
    for (int place = 0; place < TILE; place++) {
      boolean inside = query + place < task.length();
      for (int i = 0; i < forward.dHead(); i += Lanes.COUNT) {
        FloatVector v =
            inside ? from.load(task.token() + query + place, column + i).mul(factor) : Lanes.zero();
        v.intoArray(into, place * forward.dHead() + i);
      }
    }
  }

  /// Pattern and slopes of four queries; both are 0 at keys that a query does not see.
  private void tile(Task task, int query, int padded, Scratch scratch) {
    int seen = Math.min(task.length(), query + TILE);
    int rounded = FourRows.whole(seen);
    int dHead = forward.dHead();
    FourRows.multiply(
        scratch.queries,
        dHead,
        scratch.turnedKeys,
        padded,
        scratch.pattern,
        padded,
        dHead,
        rounded);
    FourRows.multiply(
        scratch.given, dHead, scratch.turnedValues, padded, scratch.slopes, padded, dHead, rounded);
    float[] lanes = Lanes.scratch();
    for (int place = 0; place < TILE; place++) {
      int from = place * padded;
      int last = query + place;
      if (last >= task.length()) {
        Arrays.fill(scratch.pattern, from, from + rounded, 0);
        Arrays.fill(scratch.slopes, from, from + rounded, 0);
        continue;
      }
      int first = forward.window() == 0 ? 0 : Math.max(0, last - forward.window() + 1);
      float total = CausalAttention.softmax(scratch.pattern, from + first, last + 1 - first);
      Arrays.fill(scratch.pattern, from, from + first, 0);
      Arrays.fill(scratch.pattern, from + last + 1, from + rounded, 0);
      slopes(scratch.pattern, scratch.slopes, from, rounded, 1 / total, lanes);
    }
  }

  private static void slopes(
      float[] pattern, float[] slopes, int from, int count, float factor, float[] lanes) {
    FloatVector sums = Lanes.zero();
    for (int i = from; i < from + count; i += Lanes.COUNT) {
      FloatVector p = Lanes.of(pattern, i).mul(factor);
      p.intoArray(pattern, i);
      sums = p.fma(Lanes.of(slopes, i), sums);
    }
    float mean = Lanes.sum(sums, lanes);
    for (int i = from; i < from + count; i += Lanes.COUNT) {
      Lanes.of(pattern, i).mul(Lanes.of(slopes, i).sub(mean)).intoArray(slopes, i);
    }
  }

  /// Takes the place of what was given, which nothing needs any more.
  private void toQueries(Task task, int query, int column, int padded, Scratch scratch, Panel out) {
    int seen = Math.min(task.length(), query + TILE);
    int dHead = forward.dHead();
    float[] sums = scratch.given;
    FourRows.multiply(scratch.slopes, padded, scratch.keys, dHead, sums, dHead, seen, dHead);
    for (int place = 0; place < TILE && query + place < task.length(); place++) {
      for (int i = 0; i < dHead; i += Lanes.COUNT) {
        FloatVector sum = Lanes.of(sums, place * dHead + i).mul(forward.scale());
        out.store(sum, task.token() + query + place, column + i);
      }
    }
  }

  private void toKeys(int seen, int padded, Scratch scratch) {
    addOuter(scratch.slopes, scratch.queries, scratch.keySums, seen, padded);
    addOuter(scratch.pattern, scratch.given, scratch.valueSums, seen, padded);
  }

  /// `sums += weights^T rows` for four rows of weights `[4, padded]` and four rows `[4, dHead]`.
  private void addOuter(float[] weights, float[] rows, float[] sums, int seen, int padded) {
    int dHead = forward.dHead();
    for (int i = 0; i < dHead; i += Lanes.COUNT) {
      FloatVector a = Lanes.of(rows, i);
      FloatVector b = Lanes.of(rows, dHead + i);
      FloatVector c = Lanes.of(rows, 2 * dHead + i);
      FloatVector d = Lanes.of(rows, 3 * dHead + i);
      for (int key = 0; key < seen; key++) {
        FloatVector sum = Lanes.of(sums, key * dHead + i);
        sum = a.fma(Lanes.all(weights[key]), sum);
        sum = b.fma(Lanes.all(weights[padded + key]), sum);
        sum = c.fma(Lanes.all(weights[2 * padded + key]), sum);
        sum = d.fma(Lanes.all(weights[3 * padded + key]), sum);
        sum.intoArray(sums, key * dHead + i);
      }
    }
  }
}
