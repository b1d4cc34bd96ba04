package org.demur.tensor.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/// Causal attention with grouped key heads: `softmax(scale * q k^T) v`, head by head, without ever
/// holding the scores of more than a few queries.
///
/// Keys of a task are laid out with the coordinate first, so that one instruction handles several
/// keys and no sum runs across an instruction's lanes.
///
/// @param nHeads query heads
/// @param nKvHeads key and value heads
/// @param dHead width of a head, a multiple of [Kernels#lanes()]
/// @param scale factor of the scores
/// @param softCap cap of the scores, 0 for none
/// @param window keys that a query sees, itself included; 0 for all
public record CausalAttention(
    int nHeads, int nKvHeads, int dHead, float scale, float softCap, int window) {
  private static final int QUERIES_PER_TASK = 64;
  private static final int TILE = 4;

  /// Where keys or values of one row and head lie.
  ///
  /// @param panel tokens of the row, one key position after the other
  /// @param first position in the panel of the row's first key
  /// @param column column of the head's first number
  public record Keys(Panel panel, int first, int column) {}

  /// Where to find keys and values.
  public interface Source {
    /// Keys of a row's head.
    Keys keys(int row, int kvHead);

    /// Values of a row's head.
    Keys values(int row, int kvHead);
  }

  /// Rows of a batch.
  ///
  /// @param firstToken packed index of each row's first new token
  /// @param lengths new tokens of each row
  /// @param past cached tokens of each row
  public record Rows(int[] firstToken, int[] lengths, int[] past) {}

  private record Task(int row, int kvHead, int from, int to) {}

  /// Scratch memory of a thread.
  private static final class Scratch {
    private float[] keys = {};
    private float[] values = {};
    private float[] scores = {};
    private float[] query = {};

    void fit(int padded, int dHead) {
      if (keys.length < padded * dHead) {
        keys = new float[padded * dHead];
        values = new float[padded * dHead];
      }
      if (scores.length < TILE * padded) {
        scores = new float[TILE * padded];
      }
      if (query.length < TILE * dHead) {
        query = new float[TILE * dHead];
      }
      Arrays.fill(keys, 0, padded * dHead, 0);
    }
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /// Computes all rows.
  ///
  /// @param q queries `[token, nHeads * dHead]` in the first columns
  /// @param z takes the weighted values `[token, nHeads * dHead]`
  public void run(Rows rows, Panel q, Source source, Panel z) {
    List<Task> tasks = new ArrayList<>();
    for (int row = 0; row < rows.lengths().length; row++) {
      for (int from = 0; from < rows.lengths()[row]; from += QUERIES_PER_TASK) {
        int to = Math.min(rows.lengths()[row], from + QUERIES_PER_TASK);
        for (int head = 0; head < nKvHeads; head++) {
          tasks.add(new Task(row, head, from, to));
        }
      }
    }
    // long rows first: what is left at the end is small
    Team.run(
        tasks.size(),
        index -> {
          Task task = tasks.get(tasks.size() - 1 - index);
          if (rows.lengths()[task.row()] == 1) {
            one(rows, task, q, source, z);
          } else {
            block(rows, task, q, source, z);
          }
        });
  }

  private int firstKey(int position) {
    return window == 0 ? 0 : Math.max(0, position - window + 1);
  }

  /// A single query: dot products over the keys as they lie.
  private void one(Rows rows, Task task, Panel q, Source source, Panel z) {
    int position = rows.past()[task.row()];
    int token = rows.firstToken()[task.row()];
    int start = firstKey(position);
    int count = position + 1 - start;
    Keys keys = source.keys(task.row(), task.kvHead());
    Keys values = source.values(task.row(), task.kvHead());
    Scratch scratch = SCRATCH.get();
    scratch.fit((count / TILE + 1) * TILE, 1);
    int sharing = nHeads / nKvHeads;
    float[] lanes = Lanes.scratch();
    for (int shared = 0; shared < sharing; shared++) {
      int column = (task.kvHead() * sharing + shared) * dHead;
      float[] scores = scratch.scores;
      for (int key = 0; key < count; key++) {
        FloatVector sum = Lanes.zero();
        for (int i = 0; i < dHead; i += Lanes.COUNT) {
          FloatVector k = keys.panel().load(keys.first() + start + key, keys.column() + i);
          sum = q.load(token, column + i).fma(k, sum);
        }
        scores[key] = capped(Lanes.sum(sum, lanes) * scale);
      }
      float total = softmax(scores, 0, count);
      for (int i = 0; i < dHead; i += Lanes.COUNT) {
        FloatVector sum = Lanes.zero();
        for (int key = 0; key < count; key++) {
          FloatVector v = values.panel().load(values.first() + start + key, values.column() + i);
          sum = v.fma(Lanes.all(scores[key]), sum);
        }
        z.store(sum.mul(1 / total), token, column + i);
      }
    }
  }

  private float capped(float score) {
    return softCap == 0 ? score : softCap * (float) Math.tanh(score / softCap);
  }

  /// Replaces scores by their exponentials and returns the sum of these.
  static float softmax(float[] scores, int from, int count) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      most = Math.max(most, scores[i]);
    }
    float[] lanes = Lanes.scratch();
    FloatVector sums = Lanes.zero();
    int i = from;
    for (; i + Lanes.COUNT <= from + count; i += Lanes.COUNT) {
      FloatVector e = Lanes.exp(Lanes.of(scores, i).sub(most));
      e.intoArray(scores, i);
      sums = sums.add(e);
    }
    float sum = Lanes.sum(sums, lanes);
    for (; i < from + count; i++) {
      scores[i] = (float) Math.exp(scores[i] - most);
      sum += scores[i];
    }
    return sum;
  }

  private void block(Rows rows, Task task, Panel q, Source source, Panel z) {
    int past = rows.past()[task.row()];
    int start = firstKey(past + task.from());
    int count = past + task.to() - start;
    int padded = (count + 2 * Lanes.COUNT - 1) / (2 * Lanes.COUNT) * 2 * Lanes.COUNT;
    Scratch scratch = SCRATCH.get();
    scratch.fit(padded, dHead);
    gather(source, task, start, count, padded, scratch);
    int token = rows.firstToken()[task.row()];
    int sharing = nHeads / nKvHeads;
    for (int shared = 0; shared < sharing; shared++) {
      int column = (task.kvHead() * sharing + shared) * dHead;
      for (int query = task.from(); query < task.to(); query += TILE) {
        int queries = Math.min(TILE, task.to() - query);
        tile(q, z, token + query, queries, column, past + query - start, padded, scratch);
      }
    }
  }

  /// Keys with the coordinate first, values as they are.
  private void gather(Source source, Task task, int start, int count, int padded, Scratch scratch) {
    Keys keys = source.keys(task.row(), task.kvHead());
    Keys values = source.values(task.row(), task.kvHead());
    float[] line = scratch.query;
    for (int key = 0; key < count; key++) {
      for (int i = 0; i < dHead; i += Lanes.COUNT) {
        keys.panel().load(keys.first() + start + key, keys.column() + i).intoArray(line, i);
        values
            .panel()
            .load(values.first() + start + key, values.column() + i)
            .intoArray(scratch.values, key * dHead + i);
      }
      for (int i = 0; i < dHead; i++) {
        scratch.keys[i * padded + key] = line[i];
      }
    }
  }

  /// Up to four neighbouring queries.
  ///
  /// @param place position of the first query among the gathered keys
  private void tile(
      Panel q,
      Panel z,
      int token,
      int queries,
      int column,
      int place,
      int padded,
      Scratch scratch) {
    for (int query = 0; query < TILE; query++) {
      for (int i = 0; i < dHead; i += Lanes.COUNT) {
        FloatVector v = query < queries ? q.load(token + query, column + i) : Lanes.zero();
        v.mul(scale).intoArray(scratch.query, query * dHead + i);
      }
    }
    int seen = place + queries;
    scores(scratch, seen, padded);
    float[] scores = scratch.scores;
    float[] totals = new float[TILE];
    for (int query = 0; query < queries; query++) {
      int from = query * padded;
      int last = place + query;
      int first = window == 0 ? 0 : Math.max(0, last - window + 1);
      if (softCap != 0) {
        for (int key = first; key <= last; key++) {
          scores[from + key] = capped(scores[from + key]);
        }
      }
      totals[query] = softmax(scores, from + first, last + 1 - first);
      Arrays.fill(scores, from, from + first, 0);
      Arrays.fill(scores, from + last + 1, from + seen, 0);
    }
    for (int query = queries; query < TILE; query++) {
      Arrays.fill(scores, query * padded, query * padded + seen, 0);
    }
    weighted(z, token, queries, column, seen, padded, scratch, totals);
  }

  private void scores(Scratch scratch, int seen, int padded) {
    products(scratch.query, scratch.keys, scratch.scores, dHead, seen, padded);
  }

  /// Products of four vectors with `seen` others, two instructions' worth of them at a time.
  ///
  /// @param q the four, `[4, dHead]`
  /// @param k the others with the coordinate first, `[dHead, padded]`
  /// @param s takes the products, `[4, padded]`
  static void products(float[] q, float[] k, float[] s, int dHead, int seen, int padded) {
    int step = 2 * Lanes.COUNT;
    for (int key = 0; key < seen; key += step) {
      FloatVector a0 = Lanes.zero();
      FloatVector a1 = Lanes.zero();
      FloatVector b0 = Lanes.zero();
      FloatVector b1 = Lanes.zero();
      FloatVector c0 = Lanes.zero();
      FloatVector c1 = Lanes.zero();
      FloatVector d0 = Lanes.zero();
      FloatVector d1 = Lanes.zero();
      for (int i = 0; i < dHead; i++) {
        FloatVector k0 = Lanes.of(k, i * padded + key);
        FloatVector k1 = Lanes.of(k, i * padded + key + Lanes.COUNT);
        FloatVector qa = Lanes.all(q[i]);
        a0 = k0.fma(qa, a0);
        a1 = k1.fma(qa, a1);
        FloatVector qb = Lanes.all(q[dHead + i]);
        b0 = k0.fma(qb, b0);
        b1 = k1.fma(qb, b1);
        FloatVector qc = Lanes.all(q[2 * dHead + i]);
        c0 = k0.fma(qc, c0);
        c1 = k1.fma(qc, c1);
        FloatVector qd = Lanes.all(q[3 * dHead + i]);
        d0 = k0.fma(qd, d0);
        d1 = k1.fma(qd, d1);
      }
      a0.intoArray(s, key);
      a1.intoArray(s, key + Lanes.COUNT);
      b0.intoArray(s, padded + key);
      b1.intoArray(s, padded + key + Lanes.COUNT);
      c0.intoArray(s, 2 * padded + key);
      c1.intoArray(s, 2 * padded + key + Lanes.COUNT);
      d0.intoArray(s, 3 * padded + key);
      d1.intoArray(s, 3 * padded + key + Lanes.COUNT);
    }
  }

  private void weighted(
      Panel z,
      int token,
      int queries,
      int column,
      int seen,
      int padded,
      Scratch scratch,
      float[] totals) {
    float[] p = scratch.scores;
    float[] v = scratch.values;
    for (int i = 0; i < dHead; i += Lanes.COUNT) {
      FloatVector a = Lanes.zero();
      FloatVector b = Lanes.zero();
      FloatVector c = Lanes.zero();
      FloatVector d = Lanes.zero();
      for (int key = 0; key < seen; key++) {
        FloatVector value = Lanes.of(v, key * dHead + i);
        a = value.fma(Lanes.all(p[key]), a);
        b = value.fma(Lanes.all(p[padded + key]), b);
        c = value.fma(Lanes.all(p[2 * padded + key]), c);
        d = value.fma(Lanes.all(p[3 * padded + key]), d);
      }
      z.store(a.mul(1 / totals[0]), token, column + i);
      if (queries > 1) {
        z.store(b.mul(1 / totals[1]), token + 1, column + i);
      }
      if (queries > 2) {
        z.store(c.mul(1 / totals[2]), token + 2, column + i);
      }
      if (queries > 3) {
        z.store(d.mul(1 / totals[3]), token + 3, column + i);
      }
    }
  }
}
