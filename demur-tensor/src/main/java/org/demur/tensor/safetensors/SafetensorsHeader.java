package org.demur.tensor.safetensors;

import java.util.List;
import java.util.SequencedMap;
import org.demur.tensor.file.StorageType;

/// What the JSON header of a safetensors file says.
///
/// @param metadata free text by key, from `__metadata__`
/// @param entries the tensors in the order of the header
record SafetensorsHeader(SequencedMap<String, String> metadata, List<Entry> entries) {
  /// The header's field that is no tensor.
  static final String METADATA_FIELD = "__metadata__";

  /// One tensor of the header.
  ///
  /// @param begin offset of its first byte, from the end of the header
  /// @param end offset after its last byte
  record Entry(String name, StorageType type, List<Long> shape, long begin, long end) {}
}
