package org.demur.harden.explain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.TrainingPass;
import org.demur.model.TrainingRequest;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// Refusal log-odds of perturbed prompts and their gradients with respect to the perturbation.
///
/// A perturbation is added to what enters one block at the last token of the prompt. The log-odds
/// are the difference of two log-sum-exps, over the refusal tokens and over the others.
final class RefusalGradient {
  private final LanguageModel model;
  private final Set<Integer> refusalIds;

  RefusalGradient(LanguageModel model, Iterable<Integer> refusalIds) {
    this.model = model;
    this.refusalIds = new HashSet<>();
    refusalIds.forEach(this.refusalIds::add);
  }

  /// A perturbed prompt.
  ///
  /// @param prompt without a reply
  /// @param layer whose input is perturbed
  /// @param delta what is added, `[dModel]`
  record Row(Prompt prompt, int layer, double[] delta) {
    Plan plan() {
      float[] vector = new float[delta.length];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) delta[i];
      }
      Target target =
          Target.everywhere(HookSite.RESID_PRE).inLayers(layer).at(Positions.LAST_PROMPT);
      return Plan.of(new ActivationAddition(target, LayerVectors.same(vector), 1));
    }
  }

  /// What was found for one row.
  ///
  /// @param logOdds of refusal, nats
  /// @param gradient of them, `[dModel]`
  record Slope(double logOdds, double[] gradient) {}

  /// One forward and one backward pass of all rows.
  List<Slope> of(List<Row> rows) {
    TreeSet<Integer> layers = new TreeSet<>(rows.stream().map(Row::layer).toList());
    TrainingRequest request =
        TrainingRequest.predicting(
                rows.stream().map(row -> new int[] {row.prompt().promptLength() - 1}).toList())
            .with(rows.stream().map(Row::plan).toList())
            .tracing(layers);
    double[] odds = new double[rows.size()];
    // a prediction must be followed by a token; which one makes no difference to what is before it
    List<Prompt> followed = rows.stream().map(row -> row.prompt().followedBy(0)).toList();
    try (TrainingPass pass = model.train(followed, request);
        Scope scope = Scope.open()) {
      pass.backward(hiddenGradient(pass, odds));
      pass.receipts();
      List<Slope> slopes = new ArrayList<>();
      for (int row = 0; row < odds.length; row++) {
        int last = rows.get(row).prompt().promptLength() - 1;
        Tensor gradient = pass.residPreGradient(rows.get(row).layer(), row).narrow(0, last, 1);
        slopes.add(new Slope(odds[row], gradient.reshape(-1).toDoubles()));
      }
      return slopes;
    }
  }

  private Tensor hiddenGradient(TrainingPass pass, double... odds) {
    try (Scope scope = Scope.open();
        Autograd on = Autograd.on()) {
      Tensor states = pass.hidden().detach().requireGrad(true);
      Tensor logits = pass.logits(states);
      int vocabulary = (int) logits.size(1);
      float[] values = logits.detach().toFloats();
      float[] slopes = new float[values.length];
      for (int place = 0; place < pass.predictions(); place++) {
        odds[pass.row(place)] = logOdds(values, slopes, place * vocabulary, vocabulary);
      }
      logits.backward(Tensors.ofFloats(slopes, states.device(), pass.predictions(), vocabulary));
      return scope.keep(states.grad());
    }
  }

  /// Log-odds of one row of logits, and their slopes: the softmax among the refusal tokens minus
  /// that among the others.
  private double logOdds(float[] logits, float[] slopes, int from, int count) {
    double[] greatest = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (int id = 0; id < count; id++) {
      int side = side(id);
      greatest[side] = Math.max(greatest[side], logits[from + id]);
    }
    double[] sums = new double[2];
    for (int id = 0; id < count; id++) {
      sums[side(id)] += Math.exp(logits[from + id] - greatest[side(id)]);
    }
    for (int id = 0; id < count; id++) {
      int side = side(id);
      double share = Math.exp(logits[from + id] - greatest[side]) / sums[side];
      slopes[from + id] = (float) (side == 1 ? share : -share);
    }
    return greatest[1] + Math.log(sums[1]) - greatest[0] - Math.log(sums[0]);
  }

  private int side(int id) {
    return refusalIds.contains(id) ? 1 : 0;
  }
}
