package org.demur.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.directions.StoredDirections;

/// A file and perhaps the name of a direction in it, as in `FILE:refusal`.
///
/// @param file the file
/// @param key the name
record VectorName(Path file, Optional<String> key) {
  /// Takes what is behind the last colon for the name, unless there is a file of the whole text.
  static VectorName parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon <= 0 || exists(text)) {
      return new VectorName(Path.of(text), Optional.empty());
    }
    return new VectorName(
        Path.of(text.substring(0, colon)), Optional.of(text.substring(colon + 1)));
  }

  private static boolean exists(String text) {
    try {
      return Files.exists(Path.of(text));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /// The name; without one that of the selected direction or the only one there is.
  ///
  /// @throws CliException with [ErrorCode#USAGE] when there are several
  String keyIn(StoredDirections stored) {
    var names = stored.file().vectors().sequencedKeySet();
    if (key.isPresent() || names.size() == 1 || names.contains(StoredDirections.REFUSAL)) {
      return key.orElse(names.size() == 1 ? names.getFirst() : StoredDirections.REFUSAL);
    }
    throw new CliException(
        ErrorCode.USAGE,
        "%s holds %d directions; say which one after a colon: %s"
            .formatted(file, names.size(), String.join(", ", names)));
  }
}
