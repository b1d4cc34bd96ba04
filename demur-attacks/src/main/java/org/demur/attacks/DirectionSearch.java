package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.directions.CandidateScorer;
import org.demur.model.Prompt;
import org.jspecify.annotations.Nullable;

/// Looks for the one direction that switches a model's refusal off best, on the model as it is.
///
/// Residual streams and the direction are computed once, by the first that needs them.
///
/// **Source.** Arditi et al. 2024 (candidates by layer and position, selection by bypass).
public final class DirectionSearch {
  /// Layers near the output only carry what was decided before (Arditi et al. 2024).
  private static final double LAST_LAYER_SHARE = 0.8;

  /// Below, prompts that end with the same template tokens are nearly alike: blocks have hardly
  /// moved what they say apart. A choice of ours, to spend the search where candidates are.
  private static final double FIRST_LAYER_SHARE = 0.15;

  private final Victim victim;
  private final AblationMaterial material;
  private final AblationSettings settings;
  private final Optional<ReplyTrial> trial;
  private @Nullable Residuals harmful;
  private @Nullable Residuals harmless;
  private @Nullable ChosenDirection chosen;

  DirectionSearch(
      Victim victim,
      AblationMaterial material,
      AblationSettings settings,
      Optional<ReplyTrial> trial) {
    this.victim = victim;
    this.material = material;
    this.settings = settings;
    this.trial = trial;
  }

  int nLayers() {
    return victim.model().architecture().dimensions().nLayers();
  }

  /// The first layer that directions are looked for at.
  public static int firstLayer(int nLayers) {
    return Math.max(1, (int) (FIRST_LAYER_SHARE * nLayers));
  }

  /// The last layer that directions are looked for at.
  public static int lastLayer(int nLayers) {
    return Math.max(firstLayer(nLayers), (int) (LAST_LAYER_SHARE * nLayers) - 1);
  }

  private List<Integer> layers() {
    List<Integer> layers = new ArrayList<>();
    int last = lastLayer(nLayers());
    for (int layer = firstLayer(nLayers()); layer <= last; layer += settings.layerStep()) {
      layers.add(layer);
    }
    return layers;
  }

  private int positions() {
    int shortest = material.harmful().stream().mapToInt(Prompt::promptLength).min().orElse(1);
    int post = victim.speaker().encoder().postInstruction().ids().size();
    return Math.max(1, Math.min(Math.min(settings.positions(), post), shortest));
  }

  private int candidates() {
    return layers().size() * positions();
  }

  /// How the direction is looked for and, once it is known, where it comes from.
  String how() {
    int finalists = Math.min(settings.finalists(), candidates());
    return "the best of %d candidates%s%s"
        .formatted(
            candidates(),
            trial.isPresent() ? ", the last %d by replies".formatted(finalists) : "",
            found());
  }

  /// Where the chosen direction comes from, once it is known.
  String found() {
    return chosen == null ? "" : " (" + chosen + ")";
  }

  /// Residual streams of the prompts.
  Residuals harmful() {
    if (harmful == null) {
      harmful = Residuals.of(victim, material.harmful(), positions());
    }
    return harmful;
  }

  /// Residual streams of the prompts.
  Residuals harmless() {
    if (harmless == null) {
      harmless = Residuals.of(victim, material.harmless(), positions());
    }
    return harmless;
  }

  /// Difference in means, `[dModel]`.
  double[] difference(int position, int layer) {
    return Vectors.minus(harmful().mean(position, layer), harmless().mean(position, layer));
  }

  /// The direction that leaves least of the refusal: by the replies that a few of the best
  /// candidates leave, gentle ones and others, where replies can be judged; or else by log-odds, of
  /// those that leave language alone where there are any.
  ///
  /// Whether adding it makes the model refuse harmless requests, a filter of Arditi et al. 2024, is
  /// not asked: an attacker does not need it.
  ChosenDirection chosen() {
    if (chosen == null) {
      CandidateScorer scorer =
          new CandidateScorer(
              victim.model(),
              harmfulValidation(),
              first(material.harmlessValidation()),
              victim.tokens().ids());
      List<ChosenDirection> candidates = new ArrayList<>();
      for (int position = -1; position >= -positions(); position--) {
        for (int layer : layers()) {
          double[] vector = difference(position, layer);
          CandidateScorer.Ablated scores = scorer.ablated(Vectors.floats(vector));
          candidates.add(
              new ChosenDirection(vector, position, layer, scores.bypass(), scores.kl()));
        }
      }
      List<ChosenDirection> ordered = ChosenDirection.inOrder(candidates);
      if (ordered.isEmpty()) {
        throw new AttackException(
            ErrorCode.CHECK_FAILED,
            "no candidate direction gives finite log-odds: the model's logits overflow when it is edited");
      }
      chosen = trial.map(judge -> tried(ordered, judge)).orElse(ordered.getFirst());
    }
    return chosen;
  }

  /// The finalist with which most prompts get a reply; the first of several.
  private ChosenDirection tried(List<ChosenDirection> ordered, ReplyTrial judge) {
    List<Prompt> prompts = harmfulValidation();
    ChosenDirection best = ordered.getFirst();
    double most = -1;
    for (ChosenDirection one : ChosenDirection.finalists(ordered, settings.finalists())) {
      double success = judge.success(prompts, one.ablation());
      if (success > most) {
        most = success;
        best = one;
      }
    }
    return best;
  }

  /// The harmful prompts that candidates are compared on.
  List<Prompt> harmfulValidation() {
    return first(material.harmfulValidation());
  }

  private List<Prompt> first(List<Prompt> prompts) {
    return prompts.subList(0, Math.min(settings.validation(), prompts.size()));
  }
}
