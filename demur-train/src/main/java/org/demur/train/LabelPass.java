package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import org.demur.model.LanguageModel;
import org.demur.model.TrainingPass;
import org.demur.model.TrainingRequest;
import org.demur.model.intervention.Receipt;
import org.demur.tensor.Autograd;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// A pass whose loss is any function of the log-probabilities of the learnt tokens.
///
/// The function needs all of them before its slopes are known, so logits are computed twice, a few
/// predictions at a time: for the log-probabilities, and for the gradient of their sum weighted
/// with the slopes, which is the gradient of the loss.
///
/// **Ownership.** Whoever makes it closes it.
final class LabelPass implements AutoCloseable {
  /// Logits in memory at a time.
  private static final long MOST_LOGITS = 1 << 23;

  private final TrainingPass pass;
  private final List<TrainingRow> rows;
  private final int part;

  /// Runs rows forward.
  ///
  /// @param request with edits, recomputation and dropout as wanted; predicts what rows learn
  LabelPass(LanguageModel model, List<TrainingRow> rows, TrainingRequest request) {
    this(
        model,
        rows,
        request,
        (int) Math.max(1, MOST_LOGITS / model.architecture().dimensions().vocabularySize()));
  }

  /// As above.
  ///
  /// @param part predictions whose logits exist at a time
  LabelPass(LanguageModel model, List<TrainingRow> rows, TrainingRequest request, int part) {
    this.rows = List.copyOf(rows);
    this.part = part;
    this.pass = model.train(rows.stream().map(TrainingRow::prompt).toList(), request);
  }

  /// A request for what rows learn.
  static TrainingRequest request(List<TrainingRow> rows) {
    return TrainingRequest.predicting(rows.stream().map(TrainingRow::predicting).toList());
  }

  /// Log-probabilities of the learnt tokens of each row, nats.
  List<double[]> logProbabilities() {
    List<double[]> found = new ArrayList<>();
    rows.forEach(row -> found.add(new double[row.learntTokens()]));
    int[] filled = new int[rows.size()];
    for (int first = 0; first < pass.predictions(); first += part) {
      int count = Math.min(part, pass.predictions() - first);
      try (Scope scope = Scope.open();
          Autograd off = Autograd.off()) {
        float[] values = chosen(pass.hidden().narrow(0, first, count).detach(), first).toFloats();
        for (int i = 0; i < count; i++) {
          int row = pass.row(first + i);
          found.get(row)[filled[row]++] = values[i];
        }
      }
    }
    return found;
  }

  /// Adds the gradients of the factors.
  ///
  /// @param slopes of the loss by log-probability, for each row and learnt token
  void backward(List<double[]> slopes) {
    int[] used = new int[rows.size()];
    try (Scope scope = Scope.open()) {
      List<Tensor> gradients = new ArrayList<>();
      for (int first = 0; first < pass.predictions(); first += part) {
        int count = Math.min(part, pass.predictions() - first);
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
          int row = pass.row(first + i);
          weights[i] = (float) slopes.get(row)[used[row]++];
        }
        gradients.add(gradient(first, weights));
      }
      pass.backward(Tensors.concatenate(gradients, 0));
    }
  }

  private Tensor gradient(int first, float... weights) {
    try (Scope scope = Scope.open();
        Autograd on = Autograd.on()) {
      Tensor states = pass.hidden().narrow(0, first, weights.length).detach().requireGrad(true);
      Tensor weighted =
          chosen(states, first)
              .multiply(Tensors.ofFloats(weights, states.device(), weights.length));
      weighted.sum().backward();
      return scope.keep(states.grad());
    }
  }

  private Tensor chosen(Tensor states, int first) {
    long[] labels = new long[(int) states.size(0)];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = rows.get(pass.row(first + i)).prompt().ids()[pass.position(first + i) + 1];
    }
    return pass.logits(states)
        .logSoftmax(-1)
        .gather(1, Tensors.ofLongs(labels, states.device(), labels.length, 1))
        .reshape(labels.length);
  }

  /// What the edits did.
  List<Receipt> receipts() {
    return pass.receipts();
  }

  @Override
  public void close() {
    pass.close();
  }
}
