package org.demur.harden;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.attacks.AblationMaterial;
import org.demur.attacks.AblationSettings;
import org.demur.attacks.Attack;
import org.demur.attacks.RefusalAblations;
import org.demur.attacks.Request;
import org.demur.attacks.Victim;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.data.PromptSet;
import org.demur.data.store.RowLog;
import org.demur.model.Speaker;
import org.demur.model.intervention.Plan;
import org.demur.report.RobustnessReport.Moment;

/// Measures in the course of a training whether refusal, over-refusal and robustness rise together:
/// a method that only refuses more looks robust, too.
///
/// Only first tokens are looked at, on validation prompts; directions are computed anew each time,
/// on the model as it is then.
///
/// **Source.** The plot of success against over-refusal per checkpoint is that of arXiv 2604.27019.
final class TrainingCourse {
  private static final int MOST_FOR_DIRECTIONS = 16;

  /// One position, every sixth layer, four prompts each to choose by.
  private static final AblationSettings SEARCH = new AblationSettings(1, 6, 4, 1, 2, 0, 0);

  private final FirstTokens firstTokens;
  private final Victim victim;
  private final AblationMaterial material;
  private final List<Request> harmful;
  private final List<Request> harmless;
  private final RowLog log;

  /// @param watched harmful prompts and their twins, as many of each
  /// @param log keeps what is measured
  TrainingCourse(Speaker speaker, AttackPrompts prompts, PromptSet watched, RowLog log) {
    this.firstTokens = new FirstTokens(speaker);
    this.victim = new Victim(speaker, firstTokens.tokens());
    this.material = prompts.material(speaker, MOST_FOR_DIRECTIONS);
    this.harmful = requests(watched, Label.HARMFUL);
    this.harmless = requests(watched, Label.HARMLESS);
    this.log = log;
  }

  private static List<Request> requests(PromptSet watched, Label label) {
    List<Request> requests = new ArrayList<>();
    for (LabelledPrompt prompt : watched.with(label).prompts()) {
      requests.add(new Request(prompt.id(), prompt.text(), label == Label.HARMFUL));
    }
    return requests;
  }

  /// Measures the model as it is after a step; what is known is not measured again.
  void measure(String arm, int step) {
    String key = key(arm, step);
    if (log.contains(key)) {
      return;
    }
    RefusalAblations ablations = new RefusalAblations(victim, material, SEARCH);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("prompts", (long) harmful.size());
    row.put("refused", refused(harmful, Plan.NONE));
    row.put("over_refused", refused(harmless, Plan.NONE));
    row.put("refused_per_layer", refused(harmful, plan(ablations.perLayer())));
    row.put("refused_one_direction", refused(harmful, plan(ablations.single())));
    log.append(key, row);
  }

  /// What was measured of a training, in the order of its steps.
  ///
  /// @param steps all steps that it could have
  List<Moment> of(String arm, int steps) {
    List<Moment> moments = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      int at = step;
      log.row(key(arm, step))
          .ifPresent(
              row ->
                  moments.add(
                      new Moment(
                          at,
                          (int) number(row, "prompts"),
                          number(row, "refused"),
                          number(row, "over_refused"),
                          number(row, "refused_per_layer"),
                          number(row, "refused_one_direction"))));
    }
    return moments;
  }

  private static String key(String arm, int step) {
    return "course/%s/%d".formatted(arm, step);
  }

  private static double number(Map<String, Object> row, String name) {
    return row.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /// The edits of an attack that makes the same ones on every request.
  private Plan plan(Attack attack) {
    return attack.on(victim, harmful.subList(0, 1), done -> {}).getFirst().plan();
  }

  private double refused(List<Request> requests, Plan plan) {
    return firstTokens.refused(victim.questions(requests), plan);
  }
}
