package org.demur.bench;

import java.util.OptionalInt;
import org.demur.core.ErrorCode;

/// One thing to measure.
///
/// @param kind what is done
/// @param batch rows
/// @param tokens tokens of each row; ragged rows have their own lengths
/// @param newTokens tokens that are decoded after each row
/// @param layer last layer, for a case that stops early
/// @param warmups runs before the measured ones
/// @param repeats measured runs
/// @param check whether numbers for a comparison with another program are given back
public record BenchRequest(
    BenchCase kind,
    int batch,
    int tokens,
    int newTokens,
    OptionalInt layer,
    int warmups,
    int repeats,
    boolean check) {
  /// Checks the counts.
  public BenchRequest {
    require("batch", batch, 1);
    require("tokens", tokens, 1);
    require("newTokens", newTokens, 1);
    require("warmups", warmups, 0);
    require("repeats", repeats, 0);
  }

  /// One warm-up, five runs and nothing to compare.
  public static BenchRequest of(BenchCase kind, int batch, int tokens) {
    return new BenchRequest(kind, batch, tokens, 1, OptionalInt.empty(), 1, 5, false);
  }

  /// The same with another number of decoded tokens.
  public BenchRequest decoding(int count) {
    return new BenchRequest(kind, batch, tokens, count, layer, warmups, repeats, check);
  }

  /// The same that stops after a layer.
  public BenchRequest stoppingAfter(int last) {
    return new BenchRequest(
        kind, batch, tokens, newTokens, OptionalInt.of(last), warmups, repeats, check);
  }

  /// The same with other numbers of runs.
  public BenchRequest times(int warm, int measured) {
    return new BenchRequest(kind, batch, tokens, newTokens, layer, warm, measured, check);
  }

  /// The same that gives numbers for a comparison.
  public BenchRequest checked() {
    return new BenchRequest(kind, batch, tokens, newTokens, layer, warmups, repeats, true);
  }

  private static void require(String name, int value, int least) {
    if (value < least) {
      throw new BenchException(
          ErrorCode.USAGE, "%s must be at least %d, got %d".formatted(name, least, value));
    }
  }
}
