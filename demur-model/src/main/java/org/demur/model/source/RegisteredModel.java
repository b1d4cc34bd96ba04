package org.demur.model.source;

import java.util.List;

/// A model that has a short name here and means exactly one file, fixed by its hash.
///
/// Numbers are reproducible only when the bytes are: a source is used only if it yields the file
/// with this hash.
///
/// @param name the short name
/// @param description one line for a listing
/// @param license the licence's short name
/// @param fileName the GGUF file's name
/// @param bytes its size
/// @param sha256 its SHA-256
/// @param hub the file on the hub that the packages were made from, by their own metadata
/// @param packages the Python packages whose entries, joined in order, are the file
public record RegisteredModel(
    String name,
    String description,
    String license,
    String fileName,
    long bytes,
    String sha256,
    HubFile hub,
    List<PythonPackage> packages) {
  /// Copies the list.
  public RegisteredModel {
    packages = List.copyOf(packages);
  }
}
