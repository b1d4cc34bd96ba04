package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.demur.attacks.SuffixSearch;
import org.demur.attacks.TokenLoss;
import org.demur.core.ErrorCode;
import org.demur.model.Speaker;
import org.demur.model.intervention.LayerVectors;

/// R2D2: suffixes of a pool of requests are searched a little further in every step against the
/// model as it is; with them the opener becomes unlikely and the refusal likely, and helpful
/// replies are learnt.
///
/// **Source.** Mazeika et al. 2024 (arXiv 2402.04249), algorithm 1. Deviations: the refusal and the
/// opener of a request are its own, not the same for all; suffixes start with as many exclamation
/// marks everywhere, not with 15 to 20.
final class R2d2Method implements Method {
  private final Context context;
  private final R2d2Settings settings;
  private final DataOrder utilityOrder;
  private final OpenedRows openers;
  private final SuffixSearch search;
  private final SuffixPool pool;

  /// @throws TrainException when the model cannot be spoken to, or texts cannot be followed
  R2d2Method(Context context, R2d2Settings settings) {
    context.requireOnePart();
    this.context = context;
    this.settings = settings;
    Speaker speaker =
        context
            .speaker()
            .orElseThrow(
                () ->
                    new TrainException(
                        ErrorCode.USAGE,
                        "r2d2 searches texts and needs the model's tokenizer and chat template"));
    utilityOrder = context.utilityOrder();
    openers = new OpenedRows(context);
    search = new SuffixSearch(speaker, settings.search().width(), settings.search().topK());
    pool = new SuffixPool(context, speaker, settings);
  }

  @Override
  public StepGradients gradients(int step) {
    Timed timed = new Timed(context.model());
    if (step > 0 && step % settings.reset().every() == 0) {
      reset(step);
    }
    List<Integer> cases = drawn(2L * step, settings.cases());
    double attacked = 0;
    for (int place = 0; place < cases.size(); place++) {
      long number = (long) step * settings.cases() + place;
      attacked += searched(cases.get(place), number) / cases.size();
    }
    StepGradients.Preparation preparation = timed.preparation();

    AdversarialWeights weights = settings.weights();
    List<TrainingRow> refusals = cases.stream().map(pool::refusal).toList();
    List<TrainingRow> opened = new ArrayList<>();
    for (int place = 0; place < cases.size(); place++) {
      opened.add(
          TrainingRow.replying(
              refusals.get(place).promptOnly(), openers.opener(cases.get(place)), Side.HARMFUL));
    }
    int each = context.settings().rowsPerSide();
    AdversarialBatch batch =
        new AdversarialBatch()
            .with(weights.toward() > 0 ? refusals : List.of())
            .with(weights.away() > 0 ? opened : List.of())
            .with(weights.utility() > 0 ? utilityOrder.deal((long) step * each, each) : List.of());
    try (LabelPass pass = batch.run(context, step)) {
      List<double[]> all = pass.logProbabilities();
      TermSum sum = new TermSum();
      sum.add(LossTerm.TOWARD, TokenLoss.CROSS_ENTROPY, batch.of(0, all), weights.toward());
      sum.add(LossTerm.AWAY, TokenLoss.UNLIKELIHOOD, batch.of(1, all), weights.away());
      sum.add(LossTerm.UTILITY, TokenLoss.CROSS_ENTROPY, batch.of(2, all), weights.utility());
      sum.note(LossTerm.ATTACK, attacked);
      pass.backward(sum.slopes());
      return new StepGradients(sum.terms(batch.tokens()), 0, pass.receipts(), preparation);
    }
  }

  /// Different requests of the pool.
  ///
  /// @param index of the draw among all draws of the run
  private List<Integer> drawn(long index, int count) {
    int[] order =
        DataOrder.shuffled(pool.size(), context.streams().of(RandomStreams.Purpose.POOL, index));
    List<Integer> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drawn.add(order[i]);
    }
    return drawn;
  }

  private void reset(int step) {
    int count = (int) Math.round(settings.reset().share() * pool.size());
    drawn(2L * step + 1, count).forEach(pool::reset);
  }

  /// Searches the suffix of a request a little further and gives the loss of its opener.
  ///
  /// @param number of the search among all searches of the run
  private double searched(int request, long number) {
    double loss = Double.NaN;
    int[] target = openers.opener(request);
    for (int move = 0; move < settings.search().steps(); move++) {
      long index = number * settings.search().steps() + move;
      SuffixSearch.Found found =
          search.step(
              pool.current(request),
              target,
              context.streams().of(RandomStreams.Purpose.SEARCH, index));
      pool.replace(request, found.prompt());
      loss = found.loss();
    }
    return loss;
  }

  @Override
  public SequencedMap<String, LayerVectors> state() {
    return pool.state();
  }

  @Override
  public void continueWith(Map<String, LayerVectors> state) {
    pool.continueWith(state);
  }
}
