package org.demur.bench;

import java.util.List;

/// What one request gave.
///
/// @param request what was asked for
/// @param seconds duration of every measured run
/// @param tokens tokens that each run counts: those of the rows, or the decoded ones
/// @param work what a run had to do at least
/// @param peakBytes most resident memory of the process since the request began
/// @param outputs numbers for a comparison, when they were asked for
public record Measurement(
    BenchRequest request,
    List<Double> seconds,
    long tokens,
    Work work,
    long peakBytes,
    BenchOutputs outputs) {
  /// Copies the list.
  public Measurement {
    seconds = List.copyOf(seconds);
  }

  /// Tokens per second.
  public Spread tokensPerSecond() {
    return Spread.rates((double) tokens, seconds);
  }

  /// The part of the machine's limit that the median run reached: the shortest time in which the
  /// work could be done, divided by the time that it took.
  public double shareOf(MachinePeaks peaks) {
    return work.leastSeconds(peaks) / Spread.of(seconds).median();
  }
}
