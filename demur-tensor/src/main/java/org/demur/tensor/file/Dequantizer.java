package org.demur.tensor.file;

import static org.demur.tensor.file.FileFormatException.quoted;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Turns stored tensors of any [StorageType] into 32-bit floats.
///
/// Quantised blocks are decoded with the operations of the reference implementation in its order,
/// so that results are equal to the last bit. Integers and doubles are rounded to the nearest
/// float.
///
/// A call uses one thread and about 50 kB of scratch memory; to use more threads, convert ranges of
/// rows.
///
/// **Source.** `quants.py` of the Python package gguf 0.19 (llama.cpp).
public final class Dequantizer {
  private static final int CHUNK_ELEMENTS = 4096;
  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private Dequantizer() {}

  /// Converts a whole tensor.
  ///
  /// **Shapes.** `destination` takes all elements in row-major order, as floats in the byte order
  /// of the machine; its size must be exactly 4 bytes times [StoredTensor#elementCount()].
  ///
  /// @throws IllegalArgumentException when `destination` has another size
  public static void toFloat32(StoredTensor source, MemorySegment destination) {
    toFloat32(source, 0, source.rowCount(), destination);
  }

  /// Converts the rows from `fromRow` up to but not including `toRow`.
  ///
  /// **Shapes.** A row is the last axis, rows are counted over all other axes in row-major order;
  /// `destination` takes exactly the elements of these rows.
  ///
  /// @throws IndexOutOfBoundsException when the tensor does not have these rows
  /// @throws IllegalArgumentException when `destination` has another size
  public static void toFloat32(
      StoredTensor source, long fromRow, long toRow, MemorySegment destination) {
    Objects.checkFromToIndex(fromRow, toRow, source.rowCount());
    long elements = Math.multiplyExact(toRow - fromRow, source.rowLength());
    long bytes = Math.multiplyExact(elements, (long) Float.BYTES);
    if (destination.byteSize() != bytes) {
      throw new IllegalArgumentException(
          "rows %d to %d of tensor %s take %d bytes as 32-bit floats, but the destination has %d"
              .formatted(fromRow, toRow, quoted(source.name()), bytes, destination.byteSize()));
    }
    long start = source.type().byteSize(fromRow * source.rowLength());
    MemorySegment encoded = source.bytes().asSlice(start, source.type().byteSize(elements));
    toFloat32(source.type(), encoded, elements, destination);
  }

  /// Converts a whole tensor into a new array.
  ///
  /// @throws IllegalArgumentException when it has more elements than an array can hold
  public static float[] toFloat32(StoredTensor source) {
    long elements = source.elementCount();
    if (elements > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "tensor %s has %d elements, too many for an array"
              .formatted(quoted(source.name()), elements));
    }
    float[] values = new float[(int) elements];
    toFloat32(source, MemorySegment.ofArray(values));
    return values;
  }

  /// Converts whole blocks that lie in memory.
  ///
  /// @param encoded the blocks
  /// @param elements numbers in them
  /// @param destination takes `elements` floats
  public static void toFloat32(
      StorageType type, MemorySegment encoded, long elements, MemorySegment destination) {
    BlockDecoder decoder = decoder(type);
    int chunkBlocks = (int) Math.min(CHUNK_ELEMENTS, elements) / type.blockSize();
    byte[] source = new byte[chunkBlocks * type.bytesPerBlock()];
    float[] floats = new float[chunkBlocks * type.blockSize()];
    long blocks = elements / type.blockSize();
    for (long block = 0; block < blocks; block += chunkBlocks) {
      int count = (int) Math.min(chunkBlocks, blocks - block);
      int sourceBytes = count * type.bytesPerBlock();
      long sourceAt = block * type.bytesPerBlock();
      MemorySegment.copy(encoded, ValueLayout.JAVA_BYTE, sourceAt, source, 0, sourceBytes);
      decoder.decode(source, count, floats);
      long floatsAt = block * type.blockSize() * Float.BYTES;
      MemorySegment.copy(floats, 0, destination, FLOAT, floatsAt, count * type.blockSize());
    }
  }

  private static BlockDecoder decoder(StorageType type) {
    return switch (type) {
      case BOOL -> PlainNumbers::bool;
      case U8 -> PlainNumbers::unsignedByte;
      case I8 -> PlainNumbers::signedByte;
      case I16 -> PlainNumbers::int16;
      case I32 -> PlainNumbers::int32;
      case I64 -> PlainNumbers::int64;
      case F16 -> PlainNumbers::half;
      case BF16 -> PlainNumbers::bfloat16;
      case F32 -> PlainNumbers::float32;
      case F64 -> PlainNumbers::float64;
      case Q4_0 -> SmallBlocks::q40;
      case Q4_1 -> SmallBlocks::q41;
      case Q5_0 -> SmallBlocks::q50;
      case Q5_1 -> SmallBlocks::q51;
      case Q8_0 -> SmallBlocks::q80;
      case IQ4_NL -> SmallBlocks::iq4nl;
      case MXFP4 -> SmallBlocks::mxfp4;
      case Q2_K -> SuperBlocks::q2k;
      case Q3_K -> SuperBlocks::q3k;
      case Q4_K -> SuperBlocks::q4k;
      case Q5_K -> SuperBlocks::q5k;
      case Q6_K -> SuperBlocks::q6k;
      case IQ4_XS -> SuperBlocks::iq4xs;
      case TQ1_0 -> SuperBlocks::tq10;
      case TQ2_0 -> SuperBlocks::tq20;
      case IQ2_XXS -> GridBlocks::iq2xxs;
      case IQ2_XS -> GridBlocks::iq2xs;
      case IQ2_S -> GridBlocks::iq2s;
      case IQ3_XXS -> GridBlocks::iq3xxs;
      case IQ3_S -> GridBlocks::iq3s;
      case IQ1_S -> GridBlocks::iq1s;
      case IQ1_M -> GridBlocks::iq1m;
    };
  }
}
