package org.demur.model.verify;

import java.util.ArrayList;
import java.util.List;
import org.demur.model.ForwardResult;
import org.demur.tensor.DType;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// Mean cross-entropy of the last tokens of every row of a reference file.
final class GoldenLoss {
  /// Tokens per row whose prediction counts.
  private static final int LABELS = 8;

  private GoldenLoss() {}

  /// Whether all counted predictions of a file are made at real tokens. In a shorter row the
  /// reference also counts what it predicts at padding, which means nothing.
  static boolean covers(Golden golden) {
    return golden.prompts().stream().allMatch(prompt -> prompt.length() > LABELS);
  }

  /// The loss in nats; position t predicts token t + 1. Only for a file that it [covers][#covers].
  static Tensor of(Golden golden, ForwardResult result) {
    List<Tensor> terms = new ArrayList<>();
    for (int row = 0; row < golden.rowCount(); row++) {
      int[] ids = golden.prompts().get(row).ids();
      int first = ids.length - LABELS;
      Tensor predicted =
          result.logits(row).narrow(0, first - 1, LABELS).to(DType.FLOAT32).logSoftmax(-1);
      long[] labels = new long[LABELS];
      for (int i = 0; i < LABELS; i++) {
        labels[i] = ids[first + i];
      }
      terms.add(predicted.gather(1, Tensors.ofLongs(labels, predicted.device(), LABELS, 1)));
    }
    return Tensors.concatenate(terms, 0).mean().multiply(-1);
  }
}
