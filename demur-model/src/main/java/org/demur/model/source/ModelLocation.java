package org.demur.model.source;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where a model lies on this machine, ready to be opened.
///
/// @param name what was asked for: a registered name, `hf:org/name`, or a path
/// @param kind whether `path` is a folder or one GGUF file
/// @param path the folder or the file
/// @param source where the bytes came from, in words: a path, `hf:org/name@commit`, or a package
/// @param revision the commit of the hub's repository, or the version of the package
/// @param license the licence's short name, where the source states it
/// @param files the files and hashes that were recorded; empty for paths that a user gave
public record ModelLocation(
    String name,
    Kind kind,
    Path path,
    String source,
    Optional<String> revision,
    Optional<String> license,
    List<ModelFile> files) {
  /// The form of a model on disk.
  public enum Kind {
    /// A Hugging Face folder: `config.json`, safetensors, tokenizer.
    FOLDER,
    /// One GGUF file.
    GGUF
  }

  /// Copies the list.
  public ModelLocation {
    files = List.copyOf(files);
  }

  /// The recorded SHA-256 of a GGUF file, so that it need not be hashed again.
  public Optional<String> sha256() {
    return kind == Kind.GGUF && files.size() == 1 ? files.getFirst().sha256() : Optional.empty();
  }
}
