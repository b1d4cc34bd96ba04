package org.demur.tensor;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/// Linear maps, with the routine that suits the number of rows.
///
/// A single row in single precision is a matrix-vector product: the general routine would first
/// copy the whole weight into another layout.
final class LinearMap {
  private LinearMap() {}

  /// `x W^T` for a weight `[out, in]`; `x` is `[..., in]`, the result `[..., out]`.
  static Tensor apply(Tensor x, Tensor weight) {
    return Tensor.make(
        "linear " + x.shape() + weight.shape(),
        () ->
            singleRow(x, weight)
                ? matrixVector(x, weight)
                : torch.linear(x.handle(), weight.handle()));
  }

  /// `x W^T + b` for a bias `[out]`.
  static Tensor apply(Tensor x, Tensor weight, Tensor bias) {
    return Tensor.make(
        "linear " + x.shape() + weight.shape(),
        () -> {
          try (TensorOptional given = new TensorOptional(bias.handle())) {
            return torch.linear(x.handle(), weight.handle(), given);
          }
        });
  }

  private static boolean singleRow(Tensor x, Tensor weight) {
    return weight.rank() == 2
        && x.size(-1) == weight.size(1)
        && x.elementCount() == weight.size(1)
        && x.dtype() == DType.FLOAT32
        && !x.handle().is_cuda();
  }

  private static org.bytedeco.pytorch.Tensor matrixVector(Tensor x, Tensor weight) {
    long[] shape = x.shape().stream().mapToLong(Long::longValue).toArray();
    shape[shape.length - 1] = weight.size(0);
    try (org.bytedeco.pytorch.Tensor vector = x.handle().reshape(-1);
        org.bytedeco.pytorch.Tensor product = torch.mv(weight.handle(), vector)) {
      return product.reshape(shape);
    }
  }
}
