package org.demur.text.json;

/// Bounds of a document.
///
/// @param maxBytes size of the document
/// @param maxDepth nesting of objects and arrays
/// @param maxValues number of names, values and brackets
public record JsonLimits(long maxBytes, int maxDepth, long maxValues) {
  /// For documents that people write: 64 MiB, 100 levels, four million values.
  public static final JsonLimits DEFAULTS = new JsonLimits(64L << 20, 100, 4_000_000);
}
