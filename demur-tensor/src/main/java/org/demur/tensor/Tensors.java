package org.demur.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.demur.core.ErrorCode;
import org.demur.tensor.file.Dequantizer;
import org.demur.tensor.file.StoredTensor;

/// Makes tensors: from numbers, from files, from other tensors.
///
/// Everything made here belongs to the innermost open [Scope].
public final class Tensors {
  /// The `k` greatest elements along the last axis and where they stood.
  ///
  /// @param values `[..., k]`, in falling order
  /// @param indices `[..., k]` of int64
  public record TopK(Tensor values, Tensor indices) {}

  private static final long ELEMENTS_PER_PART = 1 << 18;
  private static final long MAX_PARTS = 64;

  private Tensors() {}

  /// A tensor of zeros.
  public static Tensor zeros(DType type, Device device, long... shape) {
    return Tensor.make(
        "zeros",
        () -> {
          try (TensorOptions options = options(type, device)) {
            return torch.torch_zeros(shape, options);
          }
        });
  }

  /// A tensor whose elements are not set yet.
  public static Tensor empty(DType type, Device device, long... shape) {
    return Tensor.make(
        "empty",
        () -> {
          try (TensorOptions options = options(type, device)) {
            return torch.torch_empty(
                shape, options, new org.bytedeco.pytorch.MemoryFormatOptional());
          }
        });
  }

  /// Single-precision numbers, in row-major order.
  ///
  /// @throws TensorException with [ErrorCode#TENSOR_SHAPE] when count and shape differ
  public static Tensor ofFloats(float[] values, Device device, long... shape) {
    return filled(MemorySegment.ofArray(values), values.length, DType.FLOAT32, device, shape);
  }

  /// Double-precision numbers, in row-major order, see [#ofFloats].
  public static Tensor ofDoubles(double[] values, Device device, long... shape) {
    return filled(MemorySegment.ofArray(values), values.length, DType.FLOAT64, device, shape);
  }

  /// 64-bit integers, in row-major order, see [#ofFloats].
  public static Tensor ofLongs(long[] values, Device device, long... shape) {
    return filled(MemorySegment.ofArray(values), values.length, DType.INT64, device, shape);
  }

  /// 32-bit integers as an int64 vector: token ids, indices.
  public static Tensor ofInts(int[] values, Device device) {
    long[] wide = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return ofLongs(wide, device, values.length);
  }

  /// Truth values, in row-major order, see [#ofFloats].
  public static Tensor ofBooleans(boolean[] values, Device device, long... shape) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return filled(MemorySegment.ofArray(bytes), values.length, DType.BOOL, device, shape);
  }

  private static Tensor filled(
      MemorySegment source, long count, DType type, Device device, long... shape) {
    long expected = 1;
    for (long size : shape) {
      expected = Math.multiplyExact(expected, size);
    }
    if (expected != count) {
      throw new TensorException(
          ErrorCode.TENSOR_SHAPE,
          "%d values do not fill a tensor of shape %s, which takes %d"
              .formatted(count, java.util.Arrays.toString(shape), expected));
    }
    Tensor host = empty(type, Device.CPU, shape);
    host.memory().copyFrom(source);
    return moved(host, device);
  }

  /// A tensor of a weight file in the wanted type, quantised ones dequantised.
  ///
  /// Rows are converted in parallel. **Shapes**: as in the file.
  public static Tensor ofStored(StoredTensor stored, DType type, Device device) {
    long[] shape = stored.shape().stream().mapToLong(Long::longValue).toArray();
    Tensor wide = empty(DType.FLOAT32, Device.CPU, shape);
    try (Scope scope = Scope.open()) {
      convert(stored, wide.memory());
      if (type == DType.FLOAT32 && device.equals(Device.CPU)) {
        return wide;
      }
      return scope.keep(moved(wide.to(type), device));
    } finally {
      if (type != DType.FLOAT32 || !device.equals(Device.CPU)) {
        wide.owner().release(wide);
      }
    }
  }

  /// Converts ranges of rows on several threads when the tensor is large enough to gain by it.
  private static void convert(StoredTensor stored, MemorySegment floats) {
    long rows = stored.rowCount();
    long parts = Math.min(rows, Math.min(MAX_PARTS, stored.elementCount() / ELEMENTS_PER_PART + 1));
    LongStream.range(0, parts)
        .parallel()
        .forEach(
            part -> {
              long from = rows * part / parts;
              long to = rows * (part + 1) / parts;
              long rowBytes = Float.BYTES * stored.rowLength();
              Dequantizer.toFloat32(
                  stored, from, to, floats.asSlice(from * rowBytes, (to - from) * rowBytes));
            });
  }

  /// Integers of a weight file (int64 only), such as the token ids of a reference output.
  public static long[] storedLongs(StoredTensor stored) {
    return stored.bytes().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
  }

  private static Tensor moved(Tensor host, Device device) {
    if (device.equals(Device.CPU)) {
      return host;
    }
    return Tensor.make(
        "move to " + device,
        () -> {
          try (org.bytedeco.pytorch.Device target = device.toNative()) {
            return host.handle().to(target, host.handle().scalar_type());
          }
        });
  }

  /// Integers `start`, ..., `end - 1` as int64 `[end - start]`.
  public static Tensor range(long start, long end, Device device) {
    long[] values = new long[Math.toIntExact(end - start)];
    for (int i = 0; i < values.length; i++) {
      values[i] = start + i;
    }
    return ofLongs(values, device, values.length);
  }

  /// The parts joined along an existing axis.
  public static Tensor concatenate(List<Tensor> parts, int axis) {
    return Tensor.make(
        "concatenate",
        () -> {
          try (TensorVector vector = vector(parts)) {
            return torch.cat(vector, axis);
          }
        });
  }

  /// The parts joined along a new axis.
  public static Tensor stack(List<Tensor> parts, int axis) {
    return Tensor.make(
        "stack",
        () -> {
          try (TensorVector vector = vector(parts)) {
            return torch.stack(vector, axis);
          }
        });
  }

  /// The `k` greatest elements along the last axis, in falling order.
  public static TopK topK(Tensor tensor, int k) {
    try (T_TensorTensor_T pair = torch.topk(tensor.handle(), k)) {
      return new TopK(
          Tensor.make("topK", () -> new org.bytedeco.pytorch.Tensor(pair.get0())),
          Tensor.make("topK", () -> new org.bytedeco.pytorch.Tensor(pair.get1())));
    } catch (RuntimeException e) {
      throw TensorException.translate("topK " + tensor.shape(), e);
    }
  }

  /// Rotates pairs of coordinates half a head apart: `x * cos + rotateHalf(x) * sin`.
  ///
  /// **Shapes**: `x` `[..., 2 n]`, `cos` and `sin` broadcast against it.
  public static Tensor rotateHalves(Tensor x, Tensor cos, Tensor sin) {
    long half = x.size(-1) / 2;
    Tensor first = x.narrow(-1, 0, half);
    Tensor second = x.narrow(-1, half, half);
    Tensor turned = concatenate(List.of(second.multiply(-1), first), -1);
    return x.multiply(cos).add(turned.multiply(sin));
  }

  /// Causal attention of rows of one length: `softmax(scale q k^T) v`, in which a query sees the
  /// keys up to its own place. Nothing as large as `[query, key]` is kept for the gradients.
  ///
  /// **Shapes**: `q` `[row, nHeads, token, dHead]`, `k` and `v` `[row, nKvHeads, token, dHead]`;
  /// the result as `q`.
  ///
  /// **Source**: FlashAttention-2 (Dao 2023), as libtorch has it for processors.
  public static Tensor causalAttention(Tensor q, Tensor k, Tensor v, double scale) {
    return Tensor.make(
        "causalAttention " + q.shape() + k.shape(),
        () -> {
          try (TensorOptional noMask = new TensorOptional();
              DoubleOptional factor = new DoubleOptional(scale)) {
            return torch.scaled_dot_product_attention(
                q.handle(),
                k.handle(),
                v.handle(),
                noMask,
                0.0,
                true,
                factor,
                q.size(1) != k.size(1));
          }
        });
  }

  private static TensorVector vector(List<Tensor> parts) {
    TensorVector vector = new TensorVector();
    for (Tensor part : parts) {
      vector.push_back(part.handle());
    }
    return vector;
  }

  private static TensorOptions options(DType type, Device device) {
    try (TensorOptions empty = new TensorOptions();
        ScalarTypeOptional scalarType = new ScalarTypeOptional(type.nativeType());
        org.bytedeco.pytorch.Device nativeDevice = device.toNative();
        DeviceOptional optional = new DeviceOptional(nativeDevice);
        TensorOptions typed = empty.dtype(scalarType)) {
      return typed.device(optional);
    }
  }
}
