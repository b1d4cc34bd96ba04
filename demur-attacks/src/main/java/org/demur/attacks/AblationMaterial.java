package org.demur.attacks;

import java.util.List;
import org.demur.core.ErrorCode;
import org.demur.model.Prompt;

/// The prompts that directions come from; none of them is attacked.
///
/// @param harmful harmful prompts for means
/// @param harmless everyday prompts for means
/// @param harmfulValidation harmful prompts that candidates are compared on
/// @param harmlessValidation everyday prompts for the divergence
public record AblationMaterial(
    List<Prompt> harmful,
    List<Prompt> harmless,
    List<Prompt> harmfulValidation,
    List<Prompt> harmlessValidation) {
  /// Copies the lists.
  ///
  /// @throws AttackException when one of them is empty
  public AblationMaterial {
    harmful = List.copyOf(harmful);
    harmless = List.copyOf(harmless);
    harmfulValidation = List.copyOf(harmfulValidation);
    harmlessValidation = List.copyOf(harmlessValidation);
    if (harmful.isEmpty()
        || harmless.isEmpty()
        || harmfulValidation.isEmpty()
        || harmlessValidation.isEmpty()) {
      throw new AttackException(
          ErrorCode.USAGE,
          "refusal directions need harmful and harmless prompts, for means and for validation");
    }
  }
}
