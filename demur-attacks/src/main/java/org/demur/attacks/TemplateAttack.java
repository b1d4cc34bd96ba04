package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntConsumer;
import org.demur.model.Prompt;
import org.demur.model.intervention.Plan;

/// Wraps requests into texts that invite the model to answer: a part to play, a hypothesis, a
/// translation, a style, a prescribed beginning.
///
/// One attempt per text; its variant is the text's name.
///
/// **Source.** The texts are our own and mild; HarmBench (Mazeika et al. 2024) puts requests into
/// 114 texts of people.
public final class TemplateAttack implements Attack {
  private final SequencedMap<String, String> templates = WrapperTemplates.load();

  /// Makes the attack; it has no settings.
  public TemplateAttack() {}

  @Override
  public String name() {
    return "templates";
  }

  @Override
  public String budget() {
    return templates.size() + " texts around the request; nothing is optimised";
  }

  @Override
  public boolean appliesToHarmless() {
    return false;
  }

  @Override
  public List<Attempt> on(Victim victim, List<Request> requests, IntConsumer progress) {
    List<Attempt> attempts = new ArrayList<>();
    for (int request = 0; request < requests.size(); request++) {
      String text = requests.get(request).text();
      for (Map.Entry<String, String> template : templates.entrySet()) {
        Prompt prompt = victim.speaker().question(WrapperTemplates.fill(template.getValue(), text));
        attempts.add(Attempt.of(request, template.getKey(), prompt, Plan.NONE));
      }
      progress.accept(request + 1);
    }
    return attempts;
  }
}
