package org.demur.model.source;

import java.time.Duration;

/// How long to wait for a source, how often to ask again, and how much to accept.
///
/// @param connectTimeout for a connection; short, because another source may be at hand
/// @param stallTimeout how long a source may send nothing before it is given up
/// @param attempts how often in a row a request may fail before the download fails
/// @param firstWait the pause before the second attempt; it doubles each time
/// @param longestWait the longest pause, also when the server asks for one
/// @param maxBytes the largest download of one model
public record NetworkLimits(
    Duration connectTimeout,
    Duration stallTimeout,
    int attempts,
    Duration firstWait,
    Duration longestWait,
    long maxBytes) {
  private static final long DEFAULT_MAX_BYTES = 1L << 40;

  /// Limits for everyday use: 5 s to connect, 30 s of silence, 5 attempts, 1 TiB.
  public static NetworkLimits standard() {
    return new NetworkLimits(
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        5,
        Duration.ofMillis(500),
        Duration.ofSeconds(60),
        DEFAULT_MAX_BYTES);
  }
}
