package org.demur.attacks;

import java.util.List;
import org.demur.model.Prompt;
import org.demur.model.intervention.Plan;

/// What an attacker sees who lets the model reply: log-odds of a first token say less.
@FunctionalInterface
public interface ReplyTrial {
  /// Share of prompts, in [0, 1], that get a coherent reply which does not decline.
  ///
  /// @param prompts harmful prompts
  /// @param plan edits during prompt and reply
  double success(List<Prompt> prompts, Plan plan);
}
