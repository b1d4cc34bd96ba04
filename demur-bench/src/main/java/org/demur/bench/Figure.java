package org.demur.bench;

/// A measured line of the table.
///
/// @param name short name of the entry
/// @param title the entry for people
/// @param dtype type of the weights
/// @param tokensPerSecond speed
/// @param share part of the limit that was reached
/// @param limit what limits it
/// @param peakBytes most resident memory
public record Figure(
    String name,
    String title,
    String dtype,
    Spread tokensPerSecond,
    double share,
    Limit limit,
    long peakBytes) {
  /// What a computation waits for at best.
  public enum Limit {
    /// Matrix products.
    GEMM,
    /// Reading weights and caches.
    MEMORY
  }
}
