package org.demur.tensor.file;

import java.nio.file.Path;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;

/// An open file of named tensors, or several that belong together.
///
/// **Ownership.** Closing it unmaps the bytes of all its tensors; who opens it closes it.
public interface TensorFile extends AutoCloseable {
  /// The file that was opened; for a sharded model its index.
  Path path();

  /// All tensors by name, in the order of the file.
  SequencedMap<String, StoredTensor> tensors();

  /// One tensor by name.
  ///
  /// @throws FileFormatException with [ErrorCode#MODEL_WEIGHTS] and the nearest name when the file
  ///   has no such tensor
  default StoredTensor tensor(String name) {
    StoredTensor found = tensors().get(name);
    if (found == null) {
      throw new FileFormatException(
          ErrorCode.MODEL_WEIGHTS,
          path(),
          "there is no tensor %s among the %d of this file%s"
              .formatted(
                  FileFormatException.quoted(name),
                  tensors().size(),
                  Suggestions.hint(name, tensors().keySet())));
    }
    return found;
  }

  /// Unmaps the file; no [StoredTensor#bytes()] may be read afterwards.
  @Override
  void close();
}
