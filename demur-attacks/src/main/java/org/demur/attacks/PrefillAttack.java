package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.demur.model.intervention.Plan;

/// Puts the beginning of an agreeing reply into the model's mouth.
///
/// One attempt per opener; its variant is the number of the opener's tokens. The opener counts as
/// part of the prompt: the next token that the model predicts is the first one after it.
///
/// **Source.** Andriushchenko et al. 2024 (arXiv 2404.02151), section 3; the circuit-breakers code.
/// Deviation: openers are neutral and do not repeat the request.
public final class PrefillAttack implements Attack {
  /// Makes the attack; it has no settings.
  public PrefillAttack() {}

  @Override
  public String name() {
    return "prefill";
  }

  @Override
  public String budget() {
    return Openers.ALL.size() + " neutral beginnings of the reply; nothing is optimised";
  }

  @Override
  public boolean appliesToHarmless() {
    return false;
  }

  @Override
  public List<Attempt> on(Victim victim, List<Request> requests, IntConsumer progress) {
    List<int[]> openers =
        Openers.ALL.stream().map(opener -> Openers.tokens(victim.speaker(), opener)).toList();
    List<Attempt> attempts = new ArrayList<>();
    for (int request = 0; request < requests.size(); request++) {
      var question = victim.speaker().question(requests.get(request).text());
      for (int[] opener : openers) {
        attempts.add(
            Attempt.of(request, "" + opener.length, question.continuedBy(opener), Plan.NONE));
      }
      progress.accept(request + 1);
    }
    return attempts;
  }
}
