package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.demur.model.Prompt;
import org.demur.model.intervention.Plan;

/// Gives the model every request as it is and takes directions out of its residual stream.
///
/// @param name of the attack
/// @param description what is taken out; says more once the attack has begun
/// @param plan computes the edits when the attack begins
record AblationAttack(String name, Supplier<String> description, Supplier<Plan> plan)
    implements Attack {
  @Override
  public String budget() {
    return description.get();
  }

  @Override
  public boolean appliesToHarmless() {
    return true;
  }

  @Override
  public List<Attempt> on(Victim victim, List<Request> requests, IntConsumer progress) {
    Plan edits = plan.get();
    List<Prompt> prompts = victim.questions(requests);
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      attempts.add(Attempt.of(i, "", prompts.get(i), edits));
    }
    progress.accept(requests.size());
    return attempts;
  }
}
