package org.demur.train;

import java.util.List;
import org.demur.attacks.EmbeddingPerturbation;
import org.demur.attacks.TokenLoss;
import org.demur.model.intervention.Plan;

/// Continuous adversarial training: under a perturbation of the instruction's embeddings that makes
/// an opener likely, the opener becomes unlikely and the refusal likely; helpful replies are learnt
/// without one.
///
/// One perturbation serves both rows of a request.
///
/// **Source.** Xhonneux et al. 2024 (arXiv 2405.15589). Deviation: dropout is off while attacking.
final class CatMethod implements Method {
  private final Context context;
  private final CatSettings settings;
  private final DataOrder harmfulOrder;
  private final DataOrder utilityOrder;
  private final OpenedRows openers;
  private final EmbeddingAdversary adversary;

  CatMethod(Context context, CatSettings settings) {
    context.requireOnePart();
    this.context = context;
    this.settings = settings;
    harmfulOrder = context.harmfulOrder();
    utilityOrder = context.utilityOrder();
    openers = new OpenedRows(context);
    adversary = new EmbeddingAdversary(context, settings.ball());
  }

  @Override
  public StepGradients gradients(int step) {
    int all = 2 * context.settings().rowsPerSide();
    int attacked = settings.attacked(all);
    long first = (long) step * attacked;
    List<TrainingRow> refusals = harmfulOrder.deal(first, attacked);
    List<TrainingRow> opened = openers.inPlaceOf(refusals, first);
    AdversarialWeights weights = settings.weights();
    int helpful = weights.utility() > 0 ? all - attacked : 0;
    List<TrainingRow> utility = utilityOrder.deal((long) step * helpful, helpful);

    Timed timed = new Timed(context.model());
    List<EmbeddingPerturbation.Perturbed> perturbed = adversary.against(opened);
    StepGradients.Preparation preparation = timed.preparation();
    List<Plan> plans = perturbed.stream().map(EmbeddingPerturbation.Perturbed::plan).toList();
    AdversarialBatch batch =
        new AdversarialBatch()
            .with(weights.away() > 0 ? opened : List.of(), weights.away() > 0 ? plans : List.of())
            .with(
                weights.toward() > 0 ? refusals : List.of(),
                weights.toward() > 0 ? plans : List.of())
            .with(utility);
    try (LabelPass pass = batch.run(context, step)) {
      TermSum sum = sum(batch, pass.logProbabilities());
      sum.note(LossTerm.ATTACK, EmbeddingAdversary.lastLoss(perturbed));
      pass.backward(sum.slopes());
      return new StepGradients(
          sum.terms(batch.tokens()), batch.edited(), pass.receipts(), preparation);
    }
  }

  private TermSum sum(AdversarialBatch batch, List<double[]> logProbabilities) {
    TermSum sum = new TermSum();
    List<double[]> away = batch.of(0, logProbabilities);
    if (!away.isEmpty()) {
      LabelLoss loss = LabelLoss.mean(TokenLoss.CROSS_ENTROPY, away).times(-1);
      sum.add(
          LossTerm.AWAY,
          loss.value(),
          loss.hardlyBelow(settings.awayLimit()),
          settings.weights().away());
    }
    List<double[]> toward = batch.of(1, logProbabilities);
    if (!toward.isEmpty()) {
      LabelLoss loss = LabelLoss.mean(TokenLoss.CROSS_ENTROPY, toward);
      sum.add(
          LossTerm.TOWARD,
          loss.value(),
          loss.hardlyBelow(settings.towardLimit()),
          settings.weights().toward());
    }
    sum.add(
        LossTerm.UTILITY,
        TokenLoss.CROSS_ENTROPY,
        batch.of(2, logProbabilities),
        settings.weights().utility());
    return sum;
  }
}
