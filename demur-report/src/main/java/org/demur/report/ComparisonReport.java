package org.demur.report;

import java.util.List;
import java.util.Optional;

/// Two runs side by side, on the prompts that both have.
///
/// @param schemaVersion version of this schema, `major` or `major.minor`
/// @param created time of the comparison, ISO 8601 with zone
/// @param first the run that is compared from
/// @param second the run that is compared to
/// @param differences what differs between the runs
/// @param rates paired rates
/// @param changed prompts whose reply changed its class
/// @param guard the guards of both runs
/// @param fragility the robustness of both runs
/// @param notes what a reader must know (other data, prompts in one run only, few prompts)
public record ComparisonReport(
    String schemaVersion,
    String created,
    Side first,
    Side second,
    List<Difference> differences,
    List<PairedRate> rates,
    List<ChangedPrompt> changed,
    GuardChange guard,
    FragilityPair fragility,
    List<String> notes) {
  /// Version that this code writes; it reads every `1.x`.
  public static final String SCHEMA_VERSION = "1";

  /// Copies the lists.
  public ComparisonReport {
    differences = List.copyOf(differences);
    rates = List.copyOf(rates);
    changed = List.copyOf(changed);
    notes = List.copyOf(notes);
  }

  /// One of the two runs.
  ///
  /// @param run id of the run
  /// @param created its start, ISO 8601 with zone
  /// @param model name of the model
  /// @param adapter name of the adapter
  /// @param profile profile of the audit
  /// @param seed seed of the audit
  /// @param prompts prompts that it has
  public record Side(
      String run,
      String created,
      String model,
      Optional<String> adapter,
      String profile,
      long seed,
      int prompts) {}

  /// Something that differs between the runs.
  ///
  /// @param name what it is (model, adapter, template, data, profile, seed)
  /// @param first its value in the first run
  /// @param second its value in the second run
  public record Difference(String name, String first, String second) {}

  /// A rate on the same prompts in both runs.
  ///
  /// @param name what is counted ("refused, harmful prompts")
  /// @param first the rate in the first run
  /// @param second the rate in the second run
  /// @param difference second minus first with its paired interval
  /// @param mcNemar the paired test
  public record PairedRate(
      String name, Rate first, Rate second, Measured difference, McNemarTable mcNemar) {}

  /// Prompts on which the runs disagree, and the exact test on them.
  ///
  /// @param onlyFirst prompts with the property in the first run only (b)
  /// @param onlySecond prompts with the property in the second run only (c)
  /// @param pValue two-sided exact p value, in [0, 1]
  public record McNemarTable(int onlyFirst, int onlySecond, double pValue) {}

  /// A prompt whose reply changed its class.
  ///
  /// @param id id of the prompt
  /// @param label label of the prompt
  /// @param category category of the prompt
  /// @param before class of the reply in the first run
  /// @param after class of the reply in the second run
  public record ChangedPrompt(
      String id, PromptLabel label, Optional<String> category, String before, String after) {}

  /// The guards of both runs.
  ///
  /// @param first area under the ROC curve in the first run
  /// @param second area under the ROC curve in the second run
  /// @param difference second minus first, paired
  public record GuardChange(Measured first, Measured second, Measured difference) {}

  /// The robustness of both runs.
  ///
  /// @param first rows of the first run
  /// @param second rows of the second run
  public record FragilityPair(FragilitySection first, FragilitySection second) {}
}
