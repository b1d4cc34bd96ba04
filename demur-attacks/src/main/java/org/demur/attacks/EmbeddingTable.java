package org.demur.attacks;

import org.demur.model.LanguageModel;
import org.demur.model.weights.LinearWeight;
import org.demur.model.weights.WeightLayout;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// The embeddings of a model's tokens as they enter the first block: times the family's factor.
///
/// Read a part at a time, so that half-precision tables are never widened as a whole.
public final class EmbeddingTable {
  /// Rows that are widened at a time.
  private static final int PART = 1 << 14;

  private final LanguageModel model;
  private final LinearWeight table;

  /// The table of a model.
  public EmbeddingTable(LanguageModel model) {
    this.model = model;
    this.table = model.weights().linear(WeightLayout.EMBEDDING);
  }

  /// Rows of the table.
  public int vocabulary() {
    return Math.toIntExact(table.outputs());
  }

  /// The factor between a row of the table and what enters the first block.
  public double scale() {
    return model.architecture().scales().embedding();
  }

  /// Mean length of the embeddings, over the whole vocabulary.
  public double meanLength() {
    double sum = 0;
    for (int first = 0; first < vocabulary(); first += PART) {
      try (Scope scope = Scope.open()) {
        sum += part(first).square().sum(1, false).sqrt().sum().item();
      }
    }
    return scale() * sum / vocabulary();
  }

  /// The gradient of a loss with respect to one-hot tokens.
  ///
  /// Its entry for a token is the slope of the loss towards that token's embedding, up to a term
  /// that all tokens of a slot share.
  ///
  /// @param gradient at the input of the first block, `[slot, dModel]`
  /// @return `[slot, vocabulary]`
  public float[][] oneHotGradient(float[] gradient, int slots) {
    float[][] all = new float[slots][vocabulary()];
    int dModel = gradient.length / slots;
    for (int first = 0; first < vocabulary(); first += PART) {
      try (Scope scope = Scope.open()) {
        Tensor part = part(first);
        Tensor slopes =
            Tensors.ofFloats(gradient, part.device(), slots, dModel).linear(part).multiply(scale());
        int count = (int) part.size(0);
        float[] numbers = slopes.toFloats();
        for (int slot = 0; slot < slots; slot++) {
          System.arraycopy(numbers, slot * count, all[slot], first, count);
        }
      }
    }
    return all;
  }

  private Tensor part(int first) {
    int count = Math.min(PART, vocabulary() - first);
    return new LinearWeight(table.held().narrow(0, first, count)).numbers().to(DType.FLOAT32);
  }
}
