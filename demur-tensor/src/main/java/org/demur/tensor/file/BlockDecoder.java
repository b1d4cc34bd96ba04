package org.demur.tensor.file;

/// Turns consecutive blocks of one [StorageType] into floats.
@FunctionalInterface
interface BlockDecoder {
  /// Decodes the first `blocks` blocks of `source` into the start of `out`.
  void decode(byte[] source, int blocks, float[] out);
}
