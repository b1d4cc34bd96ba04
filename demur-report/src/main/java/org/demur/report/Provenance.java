package org.demur.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the run was made from.
///
/// @param model the model
/// @param adapter the adapter on top of it, if any
/// @param templateSha256 hash of the chat template; empty for a plain prompt without one
/// @param dataSets the prompt sets
/// @param environment numbers and machine
/// @param certificateId the parity certificate of the model on this machine, if there is one
public record Provenance(
    Artefact model,
    Optional<Artefact> adapter,
    Optional<String> templateSha256,
    List<DataSet> dataSets,
    Environment environment,
    Optional<String> certificateId) {
  /// Copies the data sets.
  public Provenance {
    dataSets = List.copyOf(dataSets);
  }

  /// Weights with their hash.
  ///
  /// @param name short name
  /// @param path where it was read from
  /// @param sha256 hash of the weights
  public record Artefact(String name, String path, String sha256) {}

  /// A prompt set with its hash.
  ///
  /// @param name short name or file name
  /// @param sha256 hash of its content
  /// @param counts prompts by group, for example `test/harmful`
  public record DataSet(String name, String sha256, Map<String, Integer> counts) {
    /// Copies the counts, which keep their order.
    public DataSet {
      counts = Copies.ordered(counts);
    }
  }

  /// Numbers and machine.
  ///
  /// @param dtype number format of the weights in memory
  /// @param device where the forward passes ran
  /// @param threads threads of a forward pass
  /// @param versions library versions by name
  /// @param machine processor, memory and system in words
  public record Environment(
      String dtype, String device, int threads, Map<String, String> versions, String machine) {
    /// Copies the versions, which keep their order.
    public Environment {
      versions = Copies.ordered(versions);
    }
  }
}
