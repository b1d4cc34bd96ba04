package org.demur.report;

import java.util.Map;
import java.util.Optional;

/// Which run made the report, from what, and what it cost.
///
/// @param id name of the run, also of its folder
/// @param created time of the start, ISO 8601 with zone
/// @param commandLine the command as it was given
/// @param profile `quick`, `standard` or `full`
/// @param seed seed of every random choice
/// @param resumedFrom id of the interrupted run that this one continued
/// @param options every effective option by name, defaults included: what a repetition needs
/// @param provenance model, data and machine
/// @param costs work and time
public record RunSection(
    String id,
    String created,
    String commandLine,
    String profile,
    long seed,
    Optional<String> resumedFrom,
    Map<String, String> options,
    Provenance provenance,
    Costs costs) {
  /// Copies the options, which keep their order.
  public RunSection {
    options = Copies.ordered(options);
  }
}
