package org.demur.audit;

import java.util.ArrayList;
import java.util.List;

/// What the figures of an audit do not say.
final class Limits {
  private Limits() {}

  static List<String> of(Cases cases, AuditSettings settings) {
    List<String> limits = new ArrayList<>();
    limits.add(
        "All rates are on %d test prompts of the set \"%s\", asked once, without a system prompt of yours, with greedy decoding and at most %d new tokens. Other wordings, languages and longer conversations may give other rates."
            .formatted(
                cases.test().size(),
                cases.set().name(),
                settings.profile().sizes().maxNewTokens()));
    limits.add(
        "A reply that does not decline is not thereby harmful: the judge says whether the model declined, not whether its answer would help anybody.");
    limits.add(
        "\"Believes\" and \"knows\" are short for: the hidden states lie nearer to those of harmful than of harmless train prompts. The guard is measured on prompts of the same kind as it was fitted on, and is worse on others.");
    limits.add(
        "Fragility is measured with one direction and two edits. A model that withstands them may fall to others.");
    if (settings.profile() != Profile.FULL) {
      limits.add(
          "The direction was chosen from a grid of candidates and the neighbours of the best one; --profile full scores all of them.");
    }
    return limits;
  }
}
