package org.demur.train;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.demur.model.Prompt;
import org.demur.model.TrainingPass;
import org.demur.model.TrainingRequest;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;

/// Circuit breakers: the residual stream of harmful requests with openers is turned until it has
/// nothing in common with what it was, that of harmless rows is held where it was.
///
/// What it was comes from the model at the start ([StartingPoint]). Each term takes one pass
/// through either over its own rows; a term of weight zero takes none.
///
/// **Source.** Zou et al. 2024 (arXiv 2406.04313), algorithm 1. Deviations: all layers means what
/// enters blocks 1 to the last one that is run and what leaves that, before the final norm, which
/// the reference applies to the last of them; openers take the place of harmful replies; rows that
/// are held are harmless ones only, while the reference's Llama-3 run holds refusals, too.
final class CircuitBreakerMethod implements Method {
  private final Context context;
  private final CircuitBreakerSettings settings;
  private final DataOrder harmfulOrder;
  private final DataOrder utilityOrder;
  private final OpenedRows openers;
  private final StartingPoint start;

  CircuitBreakerMethod(Context context, CircuitBreakerSettings settings) {
    context.requireOnePart();
    this.context = context;
    this.settings = settings;
    harmfulOrder = context.harmfulOrder();
    utilityOrder = context.utilityOrder();
    openers = new OpenedRows(context);
    start = new StartingPoint(context);
  }

  @Override
  public StepGradients gradients(int step) {
    CircuitBreakerSettings.Weights weights = settings.weights(step);
    int each = context.settings().rowsPerSide();
    Map<LossTerm, Double> terms = new EnumMap<>(LossTerm.class);
    StepGradients.Preparation spent = StepGradients.Preparation.NONE;
    double total = 0;
    int tokens = 0;
    if (weights.retain() > 0) {
      List<TrainingRow> rows = utilityOrder.deal((long) step * each, each);
      List<Integer> all =
          IntStream.rangeClosed(1, settings.blocks(context.nLayers())).boxed().toList();
      Term term = term(rows, all, StreamDistance::lengths, new Scale(weights.retain(), 2L * step));
      terms.put(LossTerm.RETAIN, term.value());
      total += weights.retain() * term.value();
      spent = spent.plus(term.spent());
      tokens += term.tokens();
    }
    if (weights.reroute() > 0) {
      long first = (long) step * each;
      List<TrainingRow> rows = openers.inPlaceOf(harmfulOrder.deal(first, each), first);
      List<Integer> some = settings.reroutedBlocks(context.nLayers());
      Term term =
          term(rows, some, StreamDistance::cosines, new Scale(weights.reroute(), 2L * step + 1));
      terms.put(LossTerm.REROUTE, term.value());
      total += weights.reroute() * term.value();
      spent = spent.plus(term.spent());
      tokens += term.tokens();
    }
    return new StepGradients(new LossTerms(total, terms, tokens), 0, List.of(), spent);
  }

  /// How far two residual streams are from each other.
  private interface Measure {
    StreamDistance of(Tensor on, Tensor off);
  }

  /// @param weight of the term
  /// @param pass number of the pass among all passes of the run, for dropout
  private record Scale(double weight, long pass) {}

  /// @param value mean over tokens and layers
  /// @param spent on the passes without the adapter
  private record Term(double value, int tokens, StepGradients.Preparation spent) {}

  private Term term(List<TrainingRow> rows, List<Integer> blocks, Measure measure, Scale scale) {
    TrainingRequest request =
        TrainingRequest.readingOnly(rows.size(), blocks)
            .recomputing(context.settings().arithmetic().recompute());
    long seed = context.streams().seedOf(RandomStreams.Purpose.DROPOUT, scale.pass());
    Timed timed = new Timed(context.model());
    try (Scope scope = Scope.open()) {
      Map<Integer, Tensor> before = start.during(() -> streams(rows, request));
      StepGradients.Preparation spent = timed.preparation();
      try (TrainingPass pass = context.model().train(prompts(rows), request.droppingFrom(seed))) {
        int tokens = pass.rowOfToken().length;
        double share = 1.0 / (tokens * (double) blocks.size());
        Map<Integer, Tensor> gradients = new HashMap<>();
        double sum = 0;
        for (Map.Entry<Integer, Tensor> each : before.entrySet()) {
          StreamDistance distance = measure.of(pass.resid(each.getKey()), each.getValue());
          sum += distance.sum();
          gradients.put(each.getKey(), distance.gradient().multiply(scale.weight() * share));
        }
        pass.backward(gradients);
        return new Term(sum * share, tokens, spent);
      }
    }
  }

  private static List<Prompt> prompts(List<TrainingRow> rows) {
    return rows.stream().map(TrainingRow::prompt).toList();
  }

  /// The streams of the model as it is, in the innermost scope.
  private Map<Integer, Tensor> streams(List<TrainingRow> rows, TrainingRequest request) {
    try (TrainingPass pass = context.model().train(prompts(rows), request)) {
      Map<Integer, Tensor> streams = new HashMap<>();
      request.read().forEach(block -> streams.put(block, pass.resid(block).copy()));
      return streams;
    }
  }

  @Override
  public void close() {
    start.close();
  }
}
