package org.demur.attacks;

import java.util.Optional;
import org.demur.model.Prompt;
import org.demur.model.intervention.Plan;

/// What a model is given in one attempt.
///
/// @param request number of the request in the list that was attacked
/// @param variant which of several attempts on it: a template, the length of an opener; may be
///   empty
/// @param prompt the tokens, with suffix, placeholders of a soft prompt, or the opener of the reply
/// @param plan edits while the model runs, in prompt and reply
/// @param loss cross-entropy of the target in nats per token, where the attempt was optimised for
///   one
public record Attempt(
    int request, String variant, Prompt prompt, Plan plan, Optional<Double> loss) {
  /// An attempt that was not optimised.
  public static Attempt of(int request, String variant, Prompt prompt, Plan plan) {
    return new Attempt(request, variant, prompt, plan, Optional.empty());
  }
}
