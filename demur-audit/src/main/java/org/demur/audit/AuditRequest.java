package org.demur.audit;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.data.PromptSet;
import org.demur.eval.judge.ReplyJudge;

/// What is to be audited, how, and what the report says about the command.
///
/// @param subject the model
/// @param prompts harmful and harmless prompts with their splits
/// @param settings how much is measured
/// @param judge judge of the replies
/// @param commandLine the command as it was given
/// @param options every effective option by name, so that the run can be repeated
/// @param resumedFrom name of the interrupted run that goes on
/// @param warnings what is known to be other than planned before the run begins
public record AuditRequest(
    AuditedModel subject,
    PromptSet prompts,
    AuditSettings settings,
    ReplyJudge judge,
    String commandLine,
    Map<String, String> options,
    Optional<String> resumedFrom,
    List<String> warnings) {
  /// Copies the list.
  public AuditRequest {
    warnings = List.copyOf(warnings);
  }
}
