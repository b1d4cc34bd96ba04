package org.demur.report;

import java.util.List;

/// Everything that an audit found: the content of `report.json` and of the page.
///
/// @param schemaVersion version of this schema, `major` or `major.minor`
/// @param run which run, from what, at what cost
/// @param verdict the five lines, in the order of [VerdictLine#KEYS]
/// @param behaviour what the model did
/// @param belief what it believed against what it did
/// @param guard how well its hidden states guard it
/// @param directions the directions in its residual stream
/// @param pca prompts on two principal components, one plot a position
/// @param tokens tokens that push towards refusal
/// @param fragility how robust its refusal is
/// @param limits sentences on what the figures do not say
/// @param warnings what went other than planned in this run
/// @param replies sample of replies
public record AuditReport(
    String schemaVersion,
    RunSection run,
    List<VerdictLine> verdict,
    BehaviourSection behaviour,
    BeliefSection belief,
    GuardSection guard,
    DirectionsSection directions,
    List<PcaPlot> pca,
    TokenSection tokens,
    FragilitySection fragility,
    List<String> limits,
    List<String> warnings,
    List<SampleReply> replies) {
  /// Version that this code writes; it reads every `1.x`.
  public static final String SCHEMA_VERSION = "1";

  /// Copies the lists.
  public AuditReport {
    verdict = List.copyOf(verdict);
    pca = List.copyOf(pca);
    limits = List.copyOf(limits);
    warnings = List.copyOf(warnings);
    replies = List.copyOf(replies);
  }

  /// The same report of a run that is described otherwise.
  public AuditReport with(RunSection other) {
    return new AuditReport(
        schemaVersion,
        other,
        verdict,
        behaviour,
        belief,
        guard,
        directions,
        pca,
        tokens,
        fragility,
        limits,
        warnings,
        replies);
  }
}
