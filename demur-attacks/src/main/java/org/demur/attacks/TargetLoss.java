package org.demur.attacks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.TrainingPass;
import org.demur.model.TrainingRequest;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Plan;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// Losses of targets after prompts, and their gradients with respect to what enters blocks.
///
/// Nothing is learnt: factors of adapters that are being trained get no gradient. All rows run in
/// one pass; logits exist for a few predictions at a time.
public final class TargetLoss {
  /// Logits in memory at a time where gradients are computed.
  private static final long MOST_LOGITS = 1 << 23;

  private final LanguageModel model;

  /// Measures a model, with the adapters that are on.
  public TargetLoss(LanguageModel model) {
    this.model = model;
  }

  /// One row of a loss.
  ///
  /// @param plan edits of this row
  /// @param measure what its tokens add
  /// @param weight of their mean in the loss whose gradient is computed
  public record Term(TargetRow row, Plan plan, TokenLoss measure, double weight) {
    /// Cross-entropy of a row with edits.
    public static Term towards(TargetRow row, Plan plan) {
      return new Term(row, plan, TokenLoss.CROSS_ENTROPY, 1);
    }
  }

  /// What was measured of one row.
  ///
  /// @param loss mean over the tokens that count, in nats per token, without the weight
  /// @param reached whether each of these tokens is the most likely one: greedy decoding would
  ///   write them
  /// @param gradients of the weighted sum of losses, `[position, dModel]` by block; empty where
  ///   none were asked for
  public record Measured(double loss, boolean reached, Map<Integer, float[]> gradients) {
    /// The gradient at the input of a block.
    float[] gradient(int block) {
      return gradients.getOrDefault(block, new float[0]);
    }
  }

  /// Sums over the predictions of one row.
  private static final class Sum {
    double loss;
    boolean reached = true;
  }

  /// Losses of rows, one forward pass together.
  public List<Measured> of(List<Term> terms) {
    try (FrozenFactors frozen = new FrozenFactors(model);
        TrainingPass pass = model.train(rows(terms), request(terms, Set.of()))) {
      List<Sum> sums = sums(terms.size());
      try (Scope scope = Scope.open()) {
        hiddenGradients(pass, terms, sums);
      }
      pass.receipts();
      return measured(sums, List.of());
    }
  }

  /// Losses of rows and the gradients of their weighted sum, one forward and one backward pass
  /// together.
  ///
  /// @param blocks at whose inputs gradients are wanted; the pass goes back to the first of them
  public List<Measured> withGradients(List<Term> terms, Collection<Integer> blocks) {
    try (FrozenFactors frozen = new FrozenFactors(model);
        TrainingPass pass = model.train(rows(terms), request(terms, new TreeSet<>(blocks)));
        Scope scope = Scope.open()) {
      List<Sum> sums = sums(terms.size());
      pass.backward(Tensors.concatenate(hiddenGradients(pass, terms, sums), 0));
      pass.receipts();
      List<Map<Integer, float[]>> gradients = new ArrayList<>();
      for (int row = 0; row < terms.size(); row++) {
        Map<Integer, float[]> byBlock = new HashMap<>();
        for (int block : blocks) {
          byBlock.put(block, pass.residPreGradient(block, row).toFloats());
        }
        gradients.add(byBlock);
      }
      return measured(sums, gradients);
    }
  }

  /// Cross-entropies of rows without edits whose targets stand at the same positions, such as the
  /// candidates of a search. Tokens that all rows begin with are run once.
  ///
  /// @param rows of equal length, with the same marks
  public List<Measured> ofAlike(List<TargetRow> rows) {
    int[] predicting = rows.getFirst().predicting();
    Positions positions = new Positions.Explicit(Arrays.stream(predicting).boxed().toList());
    List<Measured> measured = new ArrayList<>();
    try (ForwardResult result =
        model.forward(
            rows.stream().map(TargetRow::prompt).toList(), ForwardRequest.logitsAt(positions))) {
      for (int row = 0; row < rows.size(); row++) {
        int[] ids = rows.get(row).prompt().ids();
        long[] labels = Arrays.stream(predicting).mapToLong(at -> ids[at + 1]).toArray();
        Sum sum = new Sum();
        try (Scope scope = Scope.open()) {
          Tensor logits = result.logits(row);
          note(sum, chosen(logits, labels).toFloats(), TokenLoss.CROSS_ENTROPY, labels.length);
          sum.reached = Arrays.equals(logits.argmax(-1).toLongs(), labels);
        }
        measured.add(new Measured(sum.loss, sum.reached, Map.of()));
      }
    }
    return measured;
  }

  private static void note(Sum sum, float[] logProbabilities, TokenLoss measure, int tokens) {
    for (float logProbability : logProbabilities) {
      sum.loss += measure.value(logProbability) / tokens;
    }
  }

  private static List<Prompt> rows(List<Term> terms) {
    return terms.stream().map(term -> term.row().prompt()).toList();
  }

  private static TrainingRequest request(List<Term> terms, Set<Integer> blocks) {
    return TrainingRequest.predicting(terms.stream().map(term -> term.row().predicting()).toList())
        .with(terms.stream().map(Term::plan).toList())
        .tracing(blocks);
  }

  private static List<Sum> sums(int rows) {
    return IntStream.range(0, rows).mapToObj(row -> new Sum()).toList();
  }

  private static List<Measured> measured(List<Sum> sums, List<Map<Integer, float[]>> gradients) {
    return IntStream.range(0, sums.size())
        .mapToObj(
            row ->
                new Measured(
                    sums.get(row).loss,
                    sums.get(row).reached,
                    gradients.isEmpty() ? Map.of() : gradients.get(row)))
        .toList();
  }

  /// Gradients of the hidden states, a few predictions each.
  private List<Tensor> hiddenGradients(TrainingPass pass, List<Term> terms, List<Sum> sums) {
    int vocabulary = model.architecture().dimensions().vocabularySize();
    int part = (int) Math.max(1, MOST_LOGITS / vocabulary);
    int[] tokens = terms.stream().mapToInt(term -> term.row().predicting().length).toArray();
    List<Tensor> gradients = new ArrayList<>();
    for (int first = 0; first < pass.predictions(); first += part) {
      int count = Math.min(part, pass.predictions() - first);
      gradients.add(part(pass, new Part(first, count, terms, tokens), sums));
    }
    return gradients;
  }

  /// Some neighbouring predictions of a pass.
  ///
  /// @param tokens that count, of each row
  private record Part(int first, int count, List<Term> terms, int[] tokens) {}

  private static Tensor part(TrainingPass pass, Part part, List<Sum> sums) {
    int count = part.count();
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      int place = part.first() + i;
      int[] ids = part.terms().get(pass.row(place)).row().prompt().ids();
      labels[i] = ids[pass.position(place) + 1];
    }
    try (Scope scope = Scope.open();
        Autograd on = Autograd.on()) {
      Tensor states = pass.hidden().narrow(0, part.first(), count).detach().requireGrad(true);
      Tensor logits = pass.logits(states);
      Tensor chosen = chosen(logits, labels);
      float[] values = chosen.detach().toFloats();
      long[] best = logits.detach().argmax(-1).toLongs();
      float[] slopes = new float[count];
      for (int i = 0; i < count; i++) {
        int row = pass.row(part.first() + i);
        Term term = part.terms().get(row);
        Sum sum = sums.get(row);
        sum.loss += term.measure().value(values[i]) / part.tokens()[row];
        sum.reached &= best[i] == labels[i];
        slopes[i] = (float) (term.weight() * term.measure().slope(values[i]) / part.tokens()[row]);
      }
      // any loss of a token has the gradient of its log-probability times a slope
      chosen.multiply(Tensors.ofFloats(slopes, states.device(), count)).sum().backward();
      return scope.keep(states.grad());
    }
  }

  private static Tensor chosen(Tensor logits, long... labels) {
    return logits
        .logSoftmax(-1)
        .gather(1, Tensors.ofLongs(labels, logits.device(), labels.length, 1))
        .reshape(labels.length);
  }
}
