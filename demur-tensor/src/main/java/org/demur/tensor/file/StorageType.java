package org.demur.tensor.file;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// How the elements of a stored tensor are encoded: plain numbers, or blocks that share scales.
///
/// The plain types come first, in the order in which safetensors ranks them (the writer sorts by
/// it); the block types follow in the order of their ggml numbers. A row of a tensor (its last
/// axis) is always a whole number of blocks.
///
/// **Source.** safetensors: the list of dtypes in the format's README. GGUF: `ggml_type` and the
/// block structures in ggml-common.h of llama.cpp, with the sizes of `GGML_QUANT_SIZES` in the
/// Python package gguf 0.19.
public enum StorageType {
  /// One byte, 0 or 1; safetensors only.
  BOOL(Ids.NONE, 1, 1),
  /// Unsigned byte; safetensors only.
  U8(Ids.NONE, 1, 1),
  /// Signed byte.
  I8(24, 1, 1),
  /// Signed 16-bit integer.
  I16(25, 1, 2),
  /// IEEE half precision.
  F16(1, 1, 2),
  /// The upper half of a 32-bit float.
  BF16(30, 1, 2),
  /// Signed 32-bit integer.
  I32(26, 1, 4),
  /// IEEE single precision.
  F32(0, 1, 4),
  /// IEEE double precision.
  F64(28, 1, 8),
  /// Signed 64-bit integer.
  I64(27, 1, 8),
  /// 4 bits, one scale for 32 elements.
  Q4_0(2, 32, 18),
  /// 4 bits, scale and minimum for 32 elements.
  Q4_1(3, 32, 20),
  /// 5 bits, one scale for 32 elements.
  Q5_0(6, 32, 22),
  /// 5 bits, scale and minimum for 32 elements.
  Q5_1(7, 32, 24),
  /// 8 bits, one scale for 32 elements.
  Q8_0(8, 32, 34),
  /// 2 bits in super-blocks of 256.
  Q2_K(10, 256, 84),
  /// 3 bits in super-blocks of 256.
  Q3_K(11, 256, 110),
  /// 4 bits in super-blocks of 256.
  Q4_K(12, 256, 144),
  /// 5 bits in super-blocks of 256.
  Q5_K(13, 256, 176),
  /// 6 bits in super-blocks of 256.
  Q6_K(14, 256, 210),
  /// About 2.06 bits, groups of 8 from a grid of 256.
  IQ2_XXS(16, 256, 66),
  /// About 2.31 bits, groups of 8 from a grid of 512.
  IQ2_XS(17, 256, 74),
  /// About 3.06 bits, groups of 4 from a grid of 256.
  IQ3_XXS(18, 256, 98),
  /// About 1.56 bits, groups of 8 from a grid of 2048.
  IQ1_S(19, 256, 50),
  /// 4 bits through a table of 16 values, 32 elements.
  IQ4_NL(20, 32, 18),
  /// About 3.44 bits, groups of 4 from a grid of 512.
  IQ3_S(21, 256, 110),
  /// About 2.56 bits, groups of 8 from a grid of 1024.
  IQ2_S(22, 256, 82),
  /// 4 bits through a table of 16 values, 256 elements.
  IQ4_XS(23, 256, 136),
  /// About 1.75 bits, groups of 8 from a grid of 2048.
  IQ1_M(29, 256, 56),
  /// Ternary, five values to a byte.
  TQ1_0(34, 256, 54),
  /// Ternary, four values to a byte.
  TQ2_0(35, 256, 66),
  /// Four-bit floats with a shared power of two, 32 elements.
  MXFP4(39, 32, 17);

  private static final Set<StorageType> SAFETENSORS = EnumSet.range(BOOL, I64);

  private final int ggmlId;
  private final int blockSize;
  private final int bytesPerBlock;

  StorageType(int ggmlId, int blockSize, int bytesPerBlock) {
    this.ggmlId = ggmlId;
    this.blockSize = blockSize;
    this.bytesPerBlock = bytesPerBlock;
  }

  /// The number of the type in a GGUF file, if it can stand there.
  public Optional<Integer> ggmlId() {
    return ggmlId == Ids.NONE ? Optional.empty() : Optional.of(ggmlId);
  }

  /// How many elements one block holds; 1 for plain numbers.
  public int blockSize() {
    return blockSize;
  }

  /// How many bytes one block takes.
  public int bytesPerBlock() {
    return bytesPerBlock;
  }

  /// Whether elements share scales in blocks.
  public boolean isQuantized() {
    return blockSize > 1;
  }

  /// Whether a safetensors file can hold the type.
  public boolean inSafetensors() {
    return SAFETENSORS.contains(this);
  }

  /// The size of `elements` elements, which must be whole blocks.
  ///
  /// @throws ArithmeticException when the size does not fit into 63 bits
  public long byteSize(long elements) {
    if (elements % blockSize != 0) {
      throw new IllegalArgumentException(
          elements + " elements are no multiple of the block of " + blockSize + " of " + this);
    }
    return Math.multiplyExact(elements / blockSize, (long) bytesPerBlock);
  }

  /// The type with this number in GGUF files.
  public static Optional<StorageType> ofGgmlId(long id) {
    return Arrays.stream(values()).filter(type -> type.ggmlId >= 0 && type.ggmlId == id).findAny();
  }

  /// The type with this dtype name in safetensors files.
  public static Optional<StorageType> ofSafetensorsName(String name) {
    return SAFETENSORS.stream().filter(type -> type.name().equals(name)).findAny();
  }

  private static final class Ids {
    static final int NONE = -1;
  }
}
