package org.demur.model.weights;

import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.tensor.DType;
import org.demur.tensor.EightBit;
import org.demur.tensor.Tensor;
import org.demur.tensor.kernel.BfloatMatrix;
import org.demur.tensor.kernel.FloatMatrix;
import org.demur.tensor.kernel.Matrix;
import org.demur.tensor.kernel.Q8Matrix;

/// A matrix of the model as it is held: numbers, or blocks of 8-bit numbers.
///
/// @param held `[out, in]`, or blocks `[out, in / 32 * 34]` of the type [DType#Q8_0]
public record LinearWeight(Tensor held) {
  /// Whether it is held in blocks of 8-bit numbers.
  public boolean eightBit() {
    return held.dtype() == DType.Q8_0;
  }

  /// Rows.
  public long outputs() {
    return held.size(0);
  }

  /// Columns.
  public long inputs() {
    return eightBit() ? EightBit.columns(held) : held.size(1);
  }

  /// Numbers in it.
  public long elementCount() {
    return outputs() * inputs();
  }

  /// Some of the rows: a view, which belongs to the innermost open scope.
  public LinearWeight rows(long first, long count) {
    return new LinearWeight(held.narrow(0, first, count));
  }

  /// The numbers, `[out, in]`. Those of blocks are widened anew and belong to the innermost open
  /// scope.
  public Tensor numbers() {
    return eightBit() ? EightBit.widened(held) : held;
  }

  /// The numbers for changing them.
  ///
  /// @throws ModelException with [ErrorCode#ADAPTER] for blocks, which cannot take a small change
  public Tensor changeable() {
    if (eightBit()) {
      throw new ModelException(
          ErrorCode.ADAPTER,
          "weights of 8 bits cannot take the changes of an adapter for good; load the model in fp32"
              + " or bf16");
    }
    return held;
  }

  /// The weight as the kernels see it.
  public Matrix matrix() {
    int rows = (int) outputs();
    int columns = (int) inputs();
    return switch (held.dtype()) {
      case Q8_0 -> new Q8Matrix(held.memory(), rows, columns);
      case BFLOAT16 -> new BfloatMatrix(held.memory(), rows, columns);
      default -> new FloatMatrix(held.memory(), rows, columns);
    };
  }
}
