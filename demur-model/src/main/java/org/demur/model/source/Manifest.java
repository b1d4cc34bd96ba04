package org.demur.model.source;

import java.util.List;
import java.util.Optional;

/// What the cache knows of one model; written last, so that its presence says that the model is
/// complete.
///
/// @param name the name that resolves to it, `smollm2` or `hf:org/name`
/// @param root the folder of the files, relative to the cache, with `/` between its parts
/// @param files what belongs to the model; exactly one for a GGUF
record Manifest(
    String name,
    ModelLocation.Kind kind,
    String root,
    String source,
    Optional<String> revision,
    Optional<String> license,
    List<ModelFile> files) {
  Manifest {
    files = List.copyOf(files);
  }

  long bytes() {
    return files.stream().mapToLong(ModelFile::bytes).sum();
  }
}
