package org.demur.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.demur.core.ErrorCode;

/// Element type of a tensor.
public enum DType {
  /// IEEE single precision, `fp32` on the command line.
  FLOAT32("fp32", 4, ScalarType.Float),
  /// Brain floating point with eight bits of mantissa, `bf16` on the command line.
  BFLOAT16("bf16", 2, ScalarType.BFloat16),
  /// IEEE half precision, `fp16` on the command line.
  FLOAT16("fp16", 2, ScalarType.Half),
  /// IEEE double precision; statistics are accumulated in it.
  FLOAT64("fp64", 8, ScalarType.Double),
  /// Signed 64-bit integers: token ids and indices.
  INT64("int64", 8, ScalarType.Long),
  /// Truth values, one byte each.
  BOOL("bool", 1, ScalarType.Bool),
  /// Weights in blocks of 32 signed bytes with a scale in half precision, `q8` on the command line:
  /// the layout Q8_0 of GGUF files. A tensor of this type holds the bytes of the blocks, and
  /// nothing but [EightBit] and the kernels reads them as numbers.
  Q8_0("q8", 1, ScalarType.Byte);

  private final String label;
  private final int bytes;
  private final ScalarType nativeType;

  DType(String label, int bytes, ScalarType nativeType) {
    this.label = label;
    this.bytes = bytes;
    this.nativeType = nativeType;
  }

  /// Short name, as on the command line: `fp32`, `bf16`.
  public String label() {
    return label;
  }

  /// Bytes of one element as a tensor holds it.
  public int bytes() {
    return bytes;
  }

  /// Bytes of so many numbers, the scales of blocks included.
  public long bytesOf(long numbers) {
    return this == Q8_0
        ? numbers / EightBit.BLOCK * EightBit.BLOCK_BYTES
        : Math.multiplyExact(numbers, bytes);
  }

  /// Type in which a model with weights of this type computes: weights in blocks are for reading
  /// only.
  public DType activations() {
    return this == Q8_0 ? FLOAT32 : this;
  }

  ScalarType nativeType() {
    return nativeType;
  }

  static DType of(ScalarType type) {
    for (DType candidate : values()) {
      if (candidate.nativeType == type.intern()) {
        return candidate;
      }
    }
    throw new TensorException(ErrorCode.TENSOR_NATIVE, "unsupported element type " + type);
  }

  /// The type with the given [#label()].
  ///
  /// @throws TensorException with [ErrorCode#USAGE] when there is none; the labels are listed
  public static DType ofLabel(String label) {
    return Arrays.stream(values())
        .filter(candidate -> candidate.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new TensorException(
                    ErrorCode.USAGE,
                    "unknown dtype \"%s\"; known: %s"
                        .formatted(
                            label,
                            Arrays.stream(values())
                                .map(DType::label)
                                .collect(Collectors.joining(", ")))));
  }
}
