package org.demur.train;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.model.TrainingPass;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.workers.Workers;

/// The loss of the learnt tokens and its gradient, a few predictions at a time: cross-entropy, or
/// the divergence from earlier predictions where a row has them and they are wanted.
///
/// Logits exist only for the predictions that count, and never all at once: the gradient of the
/// hidden states is known as soon as a part's logits are, so that these can be freed.
final class ReplyLoss {
  /// Logits in memory at a time.
  static final long MOST_LOGITS = 1 << 23;

  private final int vocabulary;
  private final LossWeighting.Shares shares;
  private final UtilityGoal goal;
  private final Map<Side, Sum> sums = new EnumMap<>(Side.class);

  /// Sums over the learnt tokens of one side.
  private static final class Sum {
    double nats;
    int tokens;
    double divergence;

    /// Tokens whose divergence counts instead of their cross-entropy.
    int compared;

    /// What is minimised.
    double minimised;

    double mean() {
      return tokens == 0 ? Double.NaN : nats / tokens;
    }

    double[] figures() {
      return new double[] {nats, tokens, divergence, compared, minimised};
    }

    void take(double[] all, int from) {
      nats = all[from];
      tokens = (int) all[from + 1];
      divergence = all[from + 2];
      compared = (int) all[from + 3];
      minimised = all[from + 4];
    }
  }

  /// A learnt token of a pass.
  ///
  /// @param row that it is in
  /// @param ordinal among the learnt tokens of its row
  /// @param label the token
  private record Learnt(TrainingRow row, int ordinal, int label) {}

  /// @param vocabulary logits of one prediction
  /// @param shares of one learnt token of each side in the loss
  /// @param goal of utility rows
  ReplyLoss(int vocabulary, LossWeighting.Shares shares, UtilityGoal goal) {
    this.vocabulary = vocabulary;
    this.shares = shares;
    this.goal = goal;
  }

  /// Adds the loss of a pass and computes the gradients of the factors.
  ///
  /// @param rows the rows of the pass
  void addWithGradients(TrainingPass pass, List<TrainingRow> rows) {
    int part = (int) Math.max(1, MOST_LOGITS / vocabulary);
    List<Learnt> learnt = learnt(pass, rows);
    try (Scope scope = Scope.open()) {
      List<Tensor> gradients = new ArrayList<>();
      for (int first = 0; first < learnt.size(); ) {
        Optional<Integer> width = earlier(learnt.get(first)).map(TokenPredictions::width);
        int end = first + 1;
        while (end < Math.min(learnt.size(), first + part)
            && earlier(learnt.get(end)).map(TokenPredictions::width).equals(width)) {
          end++;
        }
        gradients.add(gradient(pass, first, learnt.subList(first, end)));
        first = end;
      }
      pass.backward(Tensors.concatenate(gradients, 0));
    }
  }

  private static List<Learnt> learnt(TrainingPass pass, List<TrainingRow> rows) {
    int[] seen = new int[rows.size()];
    List<Learnt> learnt = new ArrayList<>();
    for (int i = 0; i < pass.predictions(); i++) {
      TrainingRow row = rows.get(pass.row(i));
      int label = row.prompt().ids()[pass.position(i) + 1];
      learnt.add(new Learnt(row, seen[pass.row(i)]++, label));
    }
    return learnt;
  }

  /// Earlier predictions of a token's row that count.
  private Optional<TokenPredictions> earlier(Learnt token) {
    return goal == UtilityGoal.PREDICTIONS && token.row().side() == Side.UTILITY
        ? token.row().before()
        : Optional.empty();
  }

  private double weight(Learnt token) {
    return earlier(token).isPresent() ? goal.weight() : 1;
  }

  private Tensor gradient(TrainingPass pass, int first, List<Learnt> learnt) {
    int count = learnt.size();
    long[] labels = new long[count];
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      labels[i] = learnt.get(i).label();
      weights[i] = (float) (shares.of(learnt.get(i).row().side()) * weight(learnt.get(i)));
    }
    try (Scope scope = Scope.open();
        Autograd on = Autograd.on()) {
      Tensor states = pass.hidden().narrow(0, first, count).detach().requireGrad(true);
      Tensor all = pass.logits(states).logSoftmax(-1);
      Tensor chosen =
          all.gather(1, Tensors.ofLongs(labels, states.device(), count, 1)).reshape(count);
      Tensor minimised = earlier(learnt.getFirst()).isPresent() ? expected(all, learnt) : chosen;
      minimised
          .multiply(Tensors.ofFloats(weights, states.device(), count))
          .sum()
          .multiply(-1)
          .backward();
      add(learnt, chosen.detach().toFloats(), minimised.detach().toFloats());
      return scope.keep(states.grad());
    }
  }

  /// The mean log-probability of each token's earlier prediction.
  private Tensor expected(Tensor all, List<Learnt> learnt) {
    int width = earlier(learnt.getFirst()).orElseThrow().width();
    long[] ids = new long[learnt.size() * width];
    float[] probabilities = new float[ids.length];
    for (int i = 0; i < learnt.size(); i++) {
      TokenPredictions known = earlier(learnt.get(i)).orElseThrow();
      int from = learnt.get(i).ordinal() * width;
      for (int j = 0; j < width; j++) {
        ids[i * width + j] = known.ids()[from + j];
        probabilities[i * width + j] = known.probabilities()[from + j];
      }
    }
    return all.gather(1, Tensors.ofLongs(ids, all.device(), learnt.size(), width))
        .multiply(Tensors.ofFloats(probabilities, all.device(), learnt.size(), width))
        .sum(1, false);
  }

  private void add(List<Learnt> learnt, float[] chosen, float... minimised) {
    for (int i = 0; i < learnt.size(); i++) {
      Learnt token = learnt.get(i);
      Sum sum = sum(token.row().side());
      sum.nats -= chosen[i];
      sum.tokens++;
      double least = earlier(token).map(known -> known.entropy(token.ordinal())).orElse(0.0);
      double loss = -minimised[i] - least;
      sum.minimised += weight(token) * loss;
      if (earlier(token).isPresent()) {
        sum.divergence += loss;
        sum.compared++;
      }
    }
  }

  private Sum sum(Side side) {
    return sums.computeIfAbsent(side, key -> new Sum());
  }

  /// Adds what the other workers have.
  void addOthers(Workers workers) {
    double[] harmful = sum(Side.HARMFUL).figures();
    double[] utility = sum(Side.UTILITY).figures();
    double[] all = new double[harmful.length + utility.length];
    System.arraycopy(harmful, 0, all, 0, harmful.length);
    System.arraycopy(utility, 0, all, harmful.length, utility.length);
    workers.sum(all);
    sum(Side.HARMFUL).take(all, 0);
    sum(Side.UTILITY).take(all, harmful.length);
  }

  /// What was added.
  LossTerms terms() {
    Sum harmful = sum(Side.HARMFUL);
    Sum utility = sum(Side.UTILITY);
    Map<LossTerm, Double> means = new EnumMap<>(LossTerm.class);
    means.put(LossTerm.HARMFUL, harmful.mean());
    means.put(LossTerm.UTILITY, utility.mean());
    if (utility.compared > 0) {
      means.put(LossTerm.DIVERGENCE, utility.divergence / utility.compared);
    }
    return new LossTerms(
        shares.harmful() * harmful.minimised + shares.utility() * utility.minimised,
        means,
        harmful.tokens + utility.tokens);
  }
}
