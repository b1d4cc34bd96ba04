package org.demur.model.source;

import java.util.Optional;

/// One file of a cached model.
///
/// **Units and ranges** `bytes` >= 0; `sha256` is lower-case hexadecimal, absent where the file
/// lies in a cache of another program that does not record it.
///
/// @param name the name relative to the model's folder, with `/` between its parts
public record ModelFile(String name, long bytes, Optional<String> sha256) {}
