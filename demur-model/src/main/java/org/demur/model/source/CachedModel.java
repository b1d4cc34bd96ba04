package org.demur.model.source;

import java.nio.file.Path;
import java.util.Optional;

/// One entry of the model cache.
///
/// @param name the name that resolves to it
/// @param source where it came from, as in [ModelLocation#source()]
/// @param revision commit or package version
/// @param license the licence's short name, where known
/// @param path the folder or GGUF file
/// @param bytes the size of all its files
/// @param intact whether every file is there with its recorded size
public record CachedModel(
    String name,
    String source,
    Optional<String> revision,
    Optional<String> license,
    Path path,
    long bytes,
    boolean intact) {}
