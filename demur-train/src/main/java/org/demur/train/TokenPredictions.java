package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.TrainingPass;
import org.demur.model.TrainingRequest;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// What a model predicts at the learnt tokens of a row: the most probable tokens and their
/// probabilities, which add up to one.
///
/// @param width tokens that are kept of a prediction
/// @param ids `[learnt token, width]`, row by row
/// @param probabilities shaped as the ids
public record TokenPredictions(int width, int[] ids, float[] probabilities) {
  /// With 64 of SmolLM2's 49,152 tokens 7 % of the probability is left out inside of its replies.
  private static final int WIDTH = 256;

  private static final int ROWS_AT_ONCE = 8;

  /// Checks the sizes.
  ///
  /// @throws TrainException with `TRAINING_DATA` when they do not fit
  public TokenPredictions {
    if (width < 1 || ids.length % width != 0 || ids.length != probabilities.length) {
      throw new TrainException(
          ErrorCode.TRAINING_DATA,
          "%d tokens with %d probabilities are no predictions of %d tokens each"
              .formatted(ids.length, probabilities.length, width));
    }
    ids = ids.clone();
    probabilities = probabilities.clone();
  }

  /// Number of learnt tokens.
  int tokens() {
    return ids.length / width;
  }

  /// The entropy of the prediction of a learnt token, nats.
  double entropy(int token) {
    double entropy = 0;
    for (int i = token * width; i < (token + 1) * width; i++) {
      entropy -= probabilities[i] > 0 ? probabilities[i] * Math.log(probabilities[i]) : 0;
    }
    return entropy;
  }

  /// The rows with what a model predicts as it is now.
  static List<TrainingRow> added(LanguageModel model, List<TrainingRow> rows) {
    List<TrainingRow> all = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
      List<TrainingRow> some = rows.subList(from, Math.min(rows.size(), from + ROWS_AT_ONCE));
      List<TokenPredictions> predicted = of(model, some);
      for (int i = 0; i < some.size(); i++) {
        all.add(some.get(i).predicted(predicted.get(i)));
      }
    }
    return all;
  }

  private static List<TokenPredictions> of(LanguageModel model, List<TrainingRow> rows) {
    int vocabulary = model.architecture().dimensions().vocabularySize();
    int width = Math.min(WIDTH, vocabulary);
    int part = (int) Math.max(1, ReplyLoss.MOST_LOGITS / vocabulary);
    List<int[]> ids = new ArrayList<>();
    List<float[]> probabilities = new ArrayList<>();
    for (TrainingRow row : rows) {
      ids.add(new int[row.learntTokens() * width]);
      probabilities.add(new float[row.learntTokens() * width]);
    }
    int[] filled = new int[rows.size()];
    TrainingRequest request = LabelPass.request(rows);
    try (TrainingPass pass =
        model.train(rows.stream().map(TrainingRow::prompt).toList(), request)) {
      for (int first = 0; first < pass.predictions(); first += part) {
        int count = Math.min(part, pass.predictions() - first);
        try (Scope scope = Scope.open();
            Autograd off = Autograd.off()) {
          Tensor logits = pass.logits(pass.hidden().narrow(0, first, count).detach());
          Tensors.TopK most = Tensors.topK(logits, width);
          long[] tokens = most.indices().toLongs();
          float[] shares = most.values().to(DType.FLOAT32).softmax(-1).toFloats();
          for (int i = 0; i < count; i++) {
            int row = pass.row(first + i);
            int at = filled[row];
            for (int j = 0; j < width; j++) {
              ids.get(row)[at + j] = (int) tokens[i * width + j];
            }
            System.arraycopy(shares, i * width, probabilities.get(row), at, width);
            filled[row] += width;
          }
        }
      }
    }
    List<TokenPredictions> all = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      all.add(new TokenPredictions(width, ids.get(row), probabilities.get(row)));
    }
    return all;
  }
}
