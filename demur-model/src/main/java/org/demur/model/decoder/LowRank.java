package org.demur.model.decoder;

import org.demur.tensor.Tensor;

/// A low-rank change of a projection: `scale * B A`.
///
/// **Source**: LoRA (Hu et al. 2021), section 4.1.
///
/// @param a `[rank, in]`
/// @param b `[out, rank]`
/// @param scale factor of the product
public record LowRank(Tensor a, Tensor b, double scale) {
  /// What is added to the output of the projection for an input `[..., in]`.
  Tensor delta(Tensor x) {
    return x.to(a.dtype()).linear(a).linear(b).multiply(scale).to(x.dtype());
  }

  /// The change of the weight itself, `[out, in]`.
  public Tensor weightChange() {
    return b.matmul(a).multiply(scale);
  }
}
