package org.demur.train;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.demur.attacks.EmbeddingPerturbation;
import org.demur.model.intervention.Plan;

/// Continuous adversarial preference optimisation: under a perturbation of the instruction's
/// embeddings that makes an opener likely, the refusal is to be preferred to it. There are no rows
/// of helpful replies.
///
/// **Source.** Xhonneux et al. 2024 (arXiv 2405.15589). Deviation: what the model preferred at the
/// start ([StartingPoint]) is computed for the rows of a step when they are dealt and not for all
/// rows before the first; the numbers are the same.
final class CapoMethod implements Method {
  private final Context context;
  private final CapoSettings settings;
  private final DataOrder harmfulOrder;
  private final OpenedRows openers;
  private final EmbeddingAdversary adversary;
  private final ReferencePreferences reference;

  CapoMethod(Context context, CapoSettings settings) {
    context.requireOnePart();
    this.context = context;
    this.settings = settings;
    harmfulOrder = context.harmfulOrder();
    openers = new OpenedRows(context);
    adversary = new EmbeddingAdversary(context, settings.ball());
    reference = new ReferencePreferences(context);
  }

  @Override
  public StepGradients gradients(int step) {
    int each = context.settings().rowsPerSide();
    long first = (long) step * each;
    List<TrainingRow> refusals = harmfulOrder.deal(first, each);
    List<TrainingRow> opened = openers.inPlaceOf(refusals, first);
    Timed timed = new Timed(context.model());
    double[] preferred = reference.of(refusals, opened);
    List<EmbeddingPerturbation.Perturbed> perturbed = adversary.against(opened);
    StepGradients.Preparation preparation = timed.preparation();

    List<Plan> plans = perturbed.stream().map(EmbeddingPerturbation.Perturbed::plan).toList();
    AdversarialBatch batch = new AdversarialBatch().with(refusals, plans).with(opened, plans);
    try (LabelPass pass = batch.run(context, step)) {
      List<double[]> all = pass.logProbabilities();
      PreferenceLoss loss =
          PreferenceLoss.of(
              batch.of(0, all),
              batch.of(1, all),
              preferred,
              new PreferenceLoss.Goal(settings.beta(), settings.unlikely()));
      pass.backward(Stream.concat(loss.toward().stream(), loss.away().stream()).toList());
      Map<LossTerm, Double> terms = new EnumMap<>(LossTerm.class);
      terms.put(LossTerm.PREFERENCE, loss.value());
      terms.put(LossTerm.ATTACK, EmbeddingAdversary.lastLoss(perturbed));
      return new StepGradients(
          new LossTerms(loss.value(), terms, batch.tokens()),
          batch.edited(),
          pass.receipts(),
          preparation);
    }
  }

  @Override
  public void close() {
    reference.close();
  }
}
