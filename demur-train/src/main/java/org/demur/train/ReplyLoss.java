package org.demur.train;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.demur.model.TrainingPass;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.workers.Workers;

/// Cross-entropy of the learnt tokens and its gradient, a few predictions at a time.
///
/// Logits exist only for the predictions that count, and never all at once: the gradient of the
/// hidden states is known as soon as a part's logits are, so that these can be freed.
final class ReplyLoss {
  /// Logits in memory at a time.
  static final long MOST_LOGITS = 1 << 23;

  private final int vocabulary;
  private final LossWeighting.Shares shares;
  private final Map<Side, Sum> sums = new EnumMap<>(Side.class);

  /// Cross-entropy of the learnt tokens of one side.
  private static final class Sum {
    double nats;
    double weighted;
    int tokens;

    double mean() {
      return tokens == 0 ? Double.NaN : nats / tokens;
    }
  }

  /// @param vocabulary logits of one prediction
  /// @param shares of one learnt token in the loss
  ReplyLoss(int vocabulary, LossWeighting.Shares shares) {
    this.vocabulary = vocabulary;
    this.shares = shares;
  }

  /// Adds the loss of a pass and computes the gradients of the factors.
  ///
  /// @param rows the rows of the pass
  void addWithGradients(TrainingPass pass, List<TrainingRow> rows) {
    int part = (int) Math.max(1, MOST_LOGITS / vocabulary);
    try (Scope scope = Scope.open()) {
      List<Tensor> gradients = new ArrayList<>();
      for (int first = 0; first < pass.predictions(); first += part) {
        int count = Math.min(part, pass.predictions() - first);
        gradients.add(gradient(pass, rows, first, count));
      }
      pass.backward(Tensors.concatenate(gradients, 0));
    }
  }

  private Tensor gradient(TrainingPass pass, List<TrainingRow> rows, int first, int count) {
    long[] labels = new long[count];
    float[] weights = new float[count];
    List<Side> sides = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TrainingRow row = rows.get(pass.row(first + i));
      labels[i] = row.prompt().ids()[pass.position(first + i) + 1];
      sides.add(row.side());
      int place = pass.position(first + i) + 1 - row.firstLearnt();
      weights[i] = (float) shares.of(row.side(), place);
    }
    try (Scope scope = Scope.open();
        Autograd on = Autograd.on()) {
      Tensor states = pass.hidden().narrow(0, first, count).detach().requireGrad(true);
      Tensor chosen =
          pass.logits(states)
              .logSoftmax(-1)
              .gather(1, Tensors.ofLongs(labels, states.device(), count, 1))
              .reshape(count);
      chosen
          .multiply(Tensors.ofFloats(weights, states.device(), count))
          .sum()
          .multiply(-1)
          .backward();
      float[] values = chosen.detach().toFloats();
      for (int i = 0; i < count; i++) {
        Sum sum = sum(sides.get(i));
        sum.nats -= values[i];
        sum.weighted -= (double) weights[i] * values[i];
        sum.tokens++;
      }
      return scope.keep(states.grad());
    }
  }

  private Sum sum(Side side) {
    return sums.computeIfAbsent(side, key -> new Sum());
  }

  /// Adds what the other workers have.
  void addOthers(Workers workers) {
    Sum harmful = sum(Side.HARMFUL);
    Sum utility = sum(Side.UTILITY);
    double[] all = {
      harmful.nats, harmful.weighted, harmful.tokens, utility.nats, utility.weighted, utility.tokens
    };
    workers.sum(all);
    harmful.nats = all[0];
    harmful.weighted = all[1];
    harmful.tokens = (int) all[2];
    utility.nats = all[3];
    utility.weighted = all[4];
    utility.tokens = (int) all[5];
  }

  /// What was added.
  LossTerms terms() {
    Sum harmful = sum(Side.HARMFUL);
    Sum utility = sum(Side.UTILITY);
    Map<LossTerm, Double> means = new EnumMap<>(LossTerm.class);
    means.put(LossTerm.HARMFUL, harmful.mean());
    means.put(LossTerm.UTILITY, utility.mean());
    return new LossTerms(
        harmful.weighted + utility.weighted, means, harmful.tokens + utility.tokens);
  }
}
