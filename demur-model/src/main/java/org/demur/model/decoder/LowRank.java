package org.demur.model.decoder;

import org.demur.tensor.Tensor;

/// A low-rank change of a projection: `scale * B A`.
///
/// **Source**: LoRA (Hu et al. 2021), section 4.1.
///
/// @param a `[rank, in]`
/// @param b `[out, rank]`
/// @param scale factor of the product
/// @param dropout share of what enters A that is dropped while [Dropout] is drawn, in [0, 1)
public record LowRank(Tensor a, Tensor b, double scale, double dropout) {
  /// A change without dropout.
  public LowRank(Tensor a, Tensor b, double scale) {
    this(a, b, scale, 0);
  }

  /// What is added to the output of the projection for an input `[..., in]`.
  Tensor delta(Tensor x) {
    Tensor entering = x.to(a.dtype());
    Tensor kept = dropout > 0 && Dropout.drawn() ? entering.dropout(dropout) : entering;
    return kept.linear(a).linear(b).multiply(scale).to(x.dtype());
  }

  /// The change of the weight itself, `[out, in]`.
  public Tensor weightChange() {
    return b.matmul(a).multiply(scale);
  }
}
