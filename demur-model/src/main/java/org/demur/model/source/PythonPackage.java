package org.demur.model.source;

/// A file, or one part of it, inside a wheel of a pinned Python package.
///
/// @param name the package's name
/// @param version its exact version
/// @param wheelSha256 SHA-256 of the wheel
/// @param wheelBytes size of the wheel
/// @param entry the path of the wanted file inside the wheel
/// @param entryBytes its size when unpacked
public record PythonPackage(
    String name,
    String version,
    String wheelSha256,
    long wheelBytes,
    String entry,
    long entryBytes) {
  /// The requirement as pip writes it, without the hash.
  public String requirement() {
    return name + "==" + version;
  }
}
