package org.demur.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.demur.attacks.LatentPerturbation;
import org.demur.attacks.LatentSettings;
import org.demur.attacks.TargetRow;
import org.demur.attacks.TokenLoss;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;

/// Targeted latent adversarial training: under a perturbation of the residual stream that makes an
/// opener likely and the refusal unlikely, the opener becomes unlikely and the refusal likely;
/// helpful replies are learnt without one.
///
/// A perturbation and its rows serve several updates, the first of which begins with a new
/// optimiser; each update is a step of the trainer, and checkpoints keep the perturbation.
///
/// **Source.** Sheshadri et al. 2024 (arXiv 2407.15549), `lat_methods.py`.
final class LatMethod implements Method {
  private final Context context;
  private final LatSettings settings;
  private final LatentSettings attack;
  private final DataOrder harmfulOrder;
  private final DataOrder utilityOrder;
  private final OpenedRows openers;
  private Optional<LatentPlans> current = Optional.empty();

  LatMethod(Context context, LatSettings settings) {
    context.requireOnePart();
    this.context = context;
    this.settings = settings;
    attack =
        settings.attack(context.nLayers(), context.model().architecture().dimensions().dModel());
    harmfulOrder = context.harmfulOrder();
    utilityOrder = context.utilityOrder();
    openers = new OpenedRows(context);
  }

  @Override
  public StepGradients gradients(int step) {
    int each = context.settings().rowsPerSide();
    long first = (long) (step / settings.updates()) * each;
    List<TrainingRow> refusals = harmfulOrder.deal(first, each);
    List<TrainingRow> opened = openers.inPlaceOf(refusals, first);
    Timed timed = new Timed(context.model());
    LatentPlans known =
        optimiserSteps(step) == 0
            ? attacked(refusals, opened)
            : current.orElseGet(() -> attacked(refusals, opened));
    current = Optional.of(known);
    StepGradients.Preparation preparation = timed.preparation();

    AdversarialWeights weights = settings.weights();
    List<Plan> plans = known.plans();
    AdversarialBatch batch = new AdversarialBatch();
    batch.with(
        weights.toward() > 0 ? refusals : List.of(), weights.toward() > 0 ? plans : List.of());
    batch.with(weights.away() > 0 ? opened : List.of(), weights.away() > 0 ? plans : List.of());
    batch.with(weights.utility() > 0 ? utilityOrder.deal(first, each) : List.of());
    try (LabelPass pass = batch.run(context, step)) {
      List<double[]> all = pass.logProbabilities();
      TermSum sum = new TermSum();
      sum.add(LossTerm.TOWARD, TokenLoss.CROSS_ENTROPY, batch.of(0, all), weights.toward());
      sum.add(LossTerm.AWAY, TokenLoss.UNLIKELIHOOD, batch.of(1, all), weights.away());
      sum.add(LossTerm.UTILITY, TokenLoss.CROSS_ENTROPY, batch.of(2, all), weights.utility());
      sum.note(LossTerm.ATTACK, known.loss());
      pass.backward(sum.slopes());
      return new StepGradients(
          sum.terms(batch.tokens()), batch.edited(), pass.receipts(), preparation);
    }
  }

  private LatentPlans attacked(List<TrainingRow> refusals, List<TrainingRow> opened) {
    List<LatentPerturbation.Pair> pairs = new ArrayList<>();
    for (int pair = 0; pair < refusals.size(); pair++) {
      pairs.add(new LatentPerturbation.Pair(target(opened.get(pair)), target(refusals.get(pair))));
    }
    return LatentPlans.of(new LatentPerturbation(context.model(), attack).against(pairs));
  }

  private static TargetRow target(TrainingRow row) {
    return new TargetRow(row.prompt(), row.learnt());
  }

  @Override
  public int optimiserSteps(int step) {
    return step % settings.updates();
  }

  @Override
  public SequencedMap<String, LayerVectors> state() {
    return current.map(LatentPlans::state).orElseGet(LinkedHashMap::new);
  }

  @Override
  public void continueWith(Map<String, LayerVectors> state) {
    if (!state.isEmpty()) {
      current =
          Optional.of(LatentPlans.of(state, context.settings().rowsPerSide(), attack.blocks()));
    }
  }
}
