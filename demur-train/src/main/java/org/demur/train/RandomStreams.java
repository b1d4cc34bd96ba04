package org.demur.train;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SplittableRandom;

/// Streams of random numbers that share a seed and nothing else.
///
/// A stream belongs to a purpose and an index (a step, an epoch, a refresh) and starts anew for
/// each of them. So no draw of one purpose moves another's, and the state of all streams after a
/// step is the number of the step: a run that goes on from a checkpoint draws what it would have
/// drawn.
///
/// @param seed of the run
record RandomStreams(long seed) {
  /// What numbers are drawn for.
  enum Purpose {
    /// Order of harmful rows.
    HARMFUL_ORDER,
    /// Order of utility rows.
    UTILITY_ORDER,
    /// Which rows are ablated.
    MASKS,
    /// In which form they are.
    FORMS,
    /// Prompts that directions are computed from.
    DIRECTION_PROMPTS,
    /// Random directions, a control.
    RANDOM_DIRECTIONS,
    /// Which opener goes with a row.
    OPENERS,
    /// Which rows learn their reply behind an opener.
    OPENED,
    /// Which cases of a pool are attacked, and which begin anew.
    POOL,
    /// Candidates of a search for suffixes.
    SEARCH,
    /// Dropout of the adapter.
    DROPOUT,
    /// Factors of a new adapter.
    FACTORS
  }

  /// The numbers of one purpose and index.
  SplittableRandom of(Purpose purpose, long index) {
    return new SplittableRandom(seedOf(purpose, index));
  }

  /// A seed of one purpose and index.
  long seedOf(Purpose purpose, long index) {
    long mixed = seed;
    for (byte letter :
        purpose.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII)) {
      mixed = mix(mixed * 31 + letter);
    }
    return mix(mixed + index * 0x9E3779B97F4A7C15L);
  }

  /// The finaliser of SplitMix64 (Steele et al. 2014): every bit of the input moves every bit of
  /// the result.
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
