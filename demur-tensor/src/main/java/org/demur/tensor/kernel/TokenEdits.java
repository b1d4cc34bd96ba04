package org.demur.tensor.kernel;

import jdk.incubator.vector.FloatVector;

/// Edits of the residual stream in place, measured while they are made: one pass over the tokens
/// instead of one for the edit and several for its receipt.
public final class TokenEdits {
  /// What edits did, summed over tokens.
  ///
  /// @param change length of the change over the length before it
  /// @param before projection on the unit vector before
  /// @param after projection on the unit vector after
  public record Sums(double change, double before, double after) {}

  private static final int SUMS = 3;

  private TokenEdits() {}

  /// Adds `addend` to tokens.
  ///
  /// @param tokens places of the touched tokens
  /// @param addend `[width]`
  /// @param unit direction that projections are reported on, `[width]`
  public static Sums add(Panel x, int[] tokens, float[] addend, float[] unit) {
    return edited(x, tokens, unit, 0, 0, addend);
  }

  /// Takes the projection on `unit`, less `kept`, out of tokens.
  ///
  /// @param unit direction of length 1, `[width]`
  /// @param kept projection that stays
  public static Sums ablate(Panel x, int[] tokens, float[] unit, float kept) {
    return edited(x, tokens, unit, 1, kept, new float[unit.length]);
  }

  /// `x - share * (x . unit - kept) * unit + addend`.
  private static Sums edited(
      Panel x, int[] tokens, float[] unit, float share, float kept, float[] addend) {
    double[] sums = new double[SUMS * tokens.length];
    TokenLoops.each(
        tokens.length,
        unit.length,
        place -> edit(x, tokens[place], unit, share, kept, addend, sums, SUMS * place));
    double change = 0;
    double before = 0;
    double after = 0;
    for (int at = 0; at < sums.length; at += SUMS) {
      change += sums[at];
      before += sums[at + 1];
      after += sums[at + 2];
    }
    return new Sums(change, before, after);
  }

  private static void edit(
      Panel x,
      int token,
      float[] unit,
      float share,
      float kept,
      float[] addend,
      double[] sums,
      int at) {
    float[] lanes = Lanes.scratch();
    FloatVector dots = Lanes.zero();
    FloatVector squares = Lanes.zero();
    for (int i = 0; i < unit.length; i += Lanes.COUNT) {
      FloatVector v = x.load(token, i);
      dots = v.fma(Lanes.of(unit, i), dots);
      squares = v.fma(v, squares);
    }
    float before = Lanes.sum(dots, lanes);
    FloatVector taken = Lanes.all(-share * (before - kept));
    FloatVector changes = Lanes.zero();
    FloatVector left = Lanes.zero();
    for (int i = 0; i < unit.length; i += Lanes.COUNT) {
      FloatVector v = x.load(token, i);
      FloatVector u = Lanes.of(unit, i);
      FloatVector edited = taken.fma(u, v).add(Lanes.of(addend, i));
      FloatVector change = edited.sub(v);
      changes = change.fma(change, changes);
      left = edited.fma(u, left);
      x.store(edited, token, i);
    }
    double length = Math.sqrt(Lanes.sum(squares, lanes)) + Float.MIN_NORMAL;
    sums[at] = Math.sqrt(Lanes.sum(changes, lanes)) / length;
    sums[at + 1] = before;
    sums[at + 2] = Lanes.sum(left, lanes);
  }
}
