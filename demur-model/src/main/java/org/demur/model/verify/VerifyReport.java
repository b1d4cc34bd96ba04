package org.demur.model.verify;

import java.util.List;
import java.util.Optional;

/// All comparisons of one verification.
///
/// @param model name of the model
/// @param reference the reference outputs, or empty for a self-check
/// @param dtype type of weights and activations
/// @param checks the comparisons in order
public record VerifyReport(
    String model, Optional<String> reference, String dtype, List<Check> checks) {
  /// Copies the list.
  public VerifyReport {
    checks = List.copyOf(checks);
  }

  /// Whether there was something to compare and every comparison passed.
  public boolean pass() {
    return !checks.isEmpty() && checks.stream().allMatch(Check::pass);
  }
}
