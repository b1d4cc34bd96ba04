package org.demur.model.verify;

import java.util.Map;
import java.util.Optional;

/// A verification on record: what was checked, on what machine, with what result.
///
/// @param modelHash hash of the model's files
/// @param adapterHash hash of the adapter's files, when one was on
/// @param referenceHash hash of the reference outputs; empty for a self-check
/// @param versions of Demur, Java and libtorch
/// @param machine processor architecture, operating system, threads
/// @param time when, ISO-8601 in UTC
/// @param report what was found
public record Certificate(
    String modelHash,
    Optional<String> adapterHash,
    Optional<String> referenceHash,
    Map<String, String> versions,
    Map<String, String> machine,
    String time,
    VerifyReport report) {
  /// Copies the maps.
  public Certificate {
    versions = Map.copyOf(versions);
    machine = Map.copyOf(machine);
  }
}
