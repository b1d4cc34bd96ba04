package org.demur.model;

import java.util.List;
import java.util.Set;
import org.demur.model.config.Architecture;
import org.demur.model.config.RopeSpec;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.Custom;
import org.demur.model.intervention.Intervention.Replacement;
import org.demur.model.intervention.Plan;

/// The tokens with which all rows of a batch begin, such as a system prompt.
///
/// In a causal decoder they have the same values in every row, so they are run once and their keys
/// and values are shared. That needs edits that treat all rows alike, and nothing to be kept from
/// these tokens.
final class SharedPrefix {
  /// Shorter ones are not worth a pass of their own.
  private static final int SHORTEST = 8;

  private static final Set<HookSite> SQUARE = Set.of(HookSite.ATTN_SCORES, HookSite.PATTERN);

  private SharedPrefix() {}

  /// How many tokens are run once for a forward pass; 0 when none are shared or they may not be.
  static int length(List<Prompt> prompts, ForwardRequest request, Architecture architecture) {
    boolean alike =
        !request.gradients()
            && request.capture().stream().map(HookPoint::site).noneMatch(SQUARE::contains)
            && alike(request.plans());
    int common = alike ? common(prompts, architecture) : 0;
    for (Prompt prompt : prompts) {
      for (int position = common - 1; position >= 0; position--) {
        if (reads(request, prompt, position)) {
          common = position;
        }
      }
    }
    return common < SHORTEST ? 0 : common;
  }

  /// The same for a decoding session, which only gives the logits of last tokens.
  static int length(List<Prompt> prompts, List<Plan> plans, Architecture architecture) {
    int common = alike(plans) ? common(prompts, architecture) : 0;
    return common < SHORTEST ? 0 : common;
  }

  private static boolean reads(ForwardRequest request, Prompt prompt, int position) {
    Positions.Row row = prompt.row();
    return request.logits().map(wanted -> wanted.includes(row, position)).orElse(false)
        || (!request.capture().isEmpty() && request.captureAt().includes(row, position));
  }

  /// Equal tokens from the start; every row has at least one more.
  private static int common(List<Prompt> prompts, Architecture architecture) {
    if (prompts.size() < 2 || architecture.ropes().stream().anyMatch(RopeSpec::dependsOnLength)) {
      return 0;
    }
    int[] first = prompts.getFirst().ids();
    int common = first.length - 1;
    for (Prompt prompt : prompts) {
      int[] ids = prompt.ids();
      int same = 0;
      while (same < Math.min(common, ids.length - 1) && ids[same] == first[same]) {
        same++;
      }
      common = same;
    }
    return common;
  }

  private static boolean alike(List<Plan> plans) {
    return plans.size() <= 1
        && plans.stream()
            .flatMap(plan -> plan.interventions().stream())
            .allMatch(SharedPrefix::treatsRowsAlike);
  }

  private static boolean treatsRowsAlike(Intervention edit) {
    return edit.target().rows().isEmpty()
        && edit.target().rowMask().isEmpty()
        && edit.target().sites().stream().noneMatch(SQUARE::contains)
        && !(edit instanceof Custom)
        && !(edit instanceof Replacement replacement && replacement.perToken())
        && !(edit instanceof ActivationAddition addition && addition.perToken());
  }
}
