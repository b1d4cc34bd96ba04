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
  private static final int TILE = FourRows.COUNT;

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

  /// Replaces scores by their exponentials and returns the sum of these. What does not fill a
  /// vector goes through one, too: one by one the last few took longer than all others.
  static float softmax(float[] scores, int from, int count) {
    float[] lanes = Lanes.scratch();
    int end = from + count;
    int whole = end - count % Lanes.COUNT;
    float most = most(scores, from, whole, end, lanes);
    FloatVector sums = Lanes.zero();
    for (int i = from; i < whole; i += Lanes.COUNT) {
      FloatVector e = Lanes.exp(Lanes.of(scores, i).sub(most));
      e.intoArray(scores, i);
      sums = sums.add(e);
    }
    float sum = Lanes.sum(sums, lanes);
    if (whole < end) {
      System.arraycopy(scores, whole, lanes, 0, end - whole);
      Lanes.exp(Lanes.of(lanes, 0).sub(most)).intoArray(lanes, 0);
      System.arraycopy(lanes, 0, scores, whole, end - whole);
      for (int i = whole; i < end; i++) {
        sum += scores[i];
      }
    }
    return sum;
  }

  private static float most(float[] scores, int from, int whole, int end, float[] lanes) {
    FloatVector highest = Lanes.all(Float.NEGATIVE_INFINITY);
    for (int i = from; i < whole; i += Lanes.COUNT) {
      highest = highest.max(Lanes.of(scores, i));
    }
    highest.intoArray(lanes, 0);
    float most = Float.NEGATIVE_INFINITY;
    for (float one : lanes) {
      most = Math.max(most, one);
    }
    for (int i = whole; i < end; i++) {
      most = Math.max(most, scores[i]);
    }
    return most;
  }

  private void block(Rows rows, Task task, Panel q, Source source, Panel z) {
    int past = rows.past()[task.row()];
    int start = firstKey(past + task.from());
    int count = past + task.to() - start;
    int padded = FourRows.whole(count);
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
    float[] scores = scratch.scores;
    int keys = FourRows.whole(seen);
    FourRows.multiply(scratch.query, dHead, scratch.keys, padded, scores, padded, dHead, keys);
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

  /// Values weighted with what [#softmax] left.
  private void weighted(
      Panel z,
      int token,
      int queries,
      int column,
      int seen,
      int padded,
      Scratch scratch,
      float[] totals) {
    float[] sums = scratch.query;
    FourRows.multiply(scratch.scores, padded, scratch.values, dHead, sums, dHead, seen, dHead);
    for (int query = 0; query < queries; query++) {
      float share = 1 / totals[query];
      for (int i = 0; i < dHead; i += Lanes.COUNT) {
        z.store(Lanes.of(sums, query * dHead + i).mul(share), token + query, column + i);
      }
    }
  }
}
