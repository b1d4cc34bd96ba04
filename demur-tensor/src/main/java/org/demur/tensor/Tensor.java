package org.demur.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.global.torch;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// A dense array in native memory.
///
/// **Ownership.** A tensor belongs to exactly one [Scope] and is gone when that closes. Operations
/// return new tensors (or views of the same memory, where the description says so) that belong to
/// the innermost open scope. **Errors.** Every operation throws [TensorException]: `TENSOR_SHAPE`
/// for operands that do not fit, `TENSOR_NATIVE` for the rest. Axes count from 0; negative ones
/// from the end.
public final class Tensor {
  private org.bytedeco.pytorch.@Nullable Tensor handle;
  private @Nullable Scope owner;
  private int place;

  private Tensor(org.bytedeco.pytorch.Tensor handle) {
    this.handle = handle;
  }

  static Tensor make(String operation, Supplier<org.bytedeco.pytorch.Tensor> call) {
    try {
      Tensor made = new Tensor(call.get());
      Scope.register(made);
      return made;
    } catch (RuntimeException e) {
      throw TensorException.translate(operation, e);
    }
  }

  org.bytedeco.pytorch.Tensor handle() {
    if (handle == null) {
      throw new TensorException(
          ErrorCode.TENSOR_NATIVE, "a tensor was used after the scope that owned it was closed");
    }
    return handle;
  }

  void ownedBy(Scope scope, int index) {
    owner = scope;
    place = index;
  }

  /// The scope that owns this tensor.
  public Scope owner() {
    if (owner == null) {
      throw new TensorException(ErrorCode.TENSOR_NATIVE, "the tensor belongs to no scope");
    }
    return owner;
  }

  int place() {
    return place;
  }

  void free() {
    if (handle != null) {
      handle.close();
      handle = null;
    }
  }

  // --- what it is -------------------------------------------------------------------------------

  /// Sizes of all axes.
  public List<Long> shape() {
    long[] sizes = new long[rank()];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = handle().size(axis);
    }
    return Arrays.stream(sizes).boxed().toList();
  }

  /// Size of one axis.
  public long size(int axis) {
    return handle().size(axis);
  }

  /// Number of axes.
  public int rank() {
    return (int) handle().dim();
  }

  /// Number of elements.
  public long elementCount() {
    return handle().numel();
  }

  /// Element type.
  public DType dtype() {
    return DType.of(handle().scalar_type());
  }

  /// Where the elements are.
  public Device device() {
    if (!handle().is_cuda()) {
      return Device.CPU;
    }
    try (org.bytedeco.pytorch.Device where = handle().device()) {
      return new Device(Device.Kind.CUDA, where.index());
    }
  }

  /// Another owner of the same memory and gradient history.
  public Tensor alias() {
    return make("alias", () -> new org.bytedeco.pytorch.Tensor(handle()));
  }

  /// Whether gradients with respect to this tensor are recorded.
  public boolean requiresGrad() {
    return handle().requires_grad();
  }

  /// Native memory of a contiguous CPU tensor; valid until its scope closes.
  ///
  /// @throws TensorException with [ErrorCode#TENSOR_SHAPE] for a tensor that is not contiguous or
  ///   not in the CPU's memory
  public MemorySegment memory() {
    if (handle().is_cuda() || !handle().is_contiguous()) {
      throw new TensorException(
          ErrorCode.TENSOR_SHAPE, this + " does not lie in one piece in the CPU's memory");
    }
    long bytes = handle().nbytes();
    // an empty tensor has no address
    return bytes == 0
        ? MemorySegment.NULL
        : MemorySegment.ofAddress(handle().data_ptr().address()).reinterpret(bytes);
  }

  @Override
  public String toString() {
    return handle == null ? "Tensor[closed]" : "Tensor" + shape() + dtype().label();
  }

  // --- reading ----------------------------------------------------------------------------------

  /// All elements in row-major order, converted to single precision.
  public float[] toFloats() {
    return TensorReader.floats(this);
  }

  /// All elements in row-major order, converted to double precision.
  public double[] toDoubles() {
    return TensorReader.doubles(this);
  }

  /// All elements in row-major order, converted to 64-bit integers.
  public long[] toLongs() {
    return TensorReader.longs(this);
  }

  /// The value of a tensor with one element.
  public double item() {
    try (Scope scope = Scope.open()) {
      return to(DType.FLOAT64).handle().item_double();
    }
  }

  /// Whether shape, type and every bit of every finite value are the same.
  public boolean bitEqual(Tensor other) {
    return dtype() == other.dtype()
        && shape().equals(other.shape())
        && handle().equal(other.handle());
  }

  /// Whether no element is infinite or not a number.
  public boolean allFinite() {
    try (Scope scope = Scope.open()) {
      Tensor finite = isFinite();
      return make("all", () -> finite.handle().all()).item() != 0;
    }
  }

  // --- shape ------------------------------------------------------------------------------------

  /// The same elements under another shape; a view when memory allows it.
  public Tensor reshape(long... sizes) {
    return make("reshape " + shape(), () -> handle().reshape(sizes));
  }

  /// View with two axes exchanged.
  public Tensor transpose(int first, int second) {
    return make("transpose", () -> handle().transpose(first, second));
  }

  /// View with an axis of size 1 inserted.
  public Tensor unsqueeze(int axis) {
    return make("unsqueeze", () -> handle().unsqueeze(axis));
  }

  /// View with an axis of size 1 removed.
  public Tensor squeeze(int axis) {
    return make("squeeze", () -> handle().squeeze(axis));
  }

  /// View that repeats axes of size 1 without copying; -1 leaves an axis as it is.
  public Tensor expand(long... sizes) {
    return make("expand " + shape(), () -> handle().expand(sizes));
  }

  /// View of `length` elements of an axis, from `start`.
  public Tensor narrow(int axis, long start, long length) {
    return make("narrow " + shape(), () -> handle().narrow(axis, start, length));
  }

  /// View of one element of an axis, without that axis.
  public Tensor select(int axis, long index) {
    return make("select " + shape(), () -> handle().select(axis, index));
  }

  /// Copy of the given elements of an axis; `indices` is `[n]` of int64.
  public Tensor indexSelect(int axis, Tensor indices) {
    return make(
        "indexSelect " + shape(), () -> torch.index_select(handle(), axis, indices.handle()));
  }

  /// Elements of an axis picked by `indices` of the same rank.
  public Tensor gather(int axis, Tensor indices) {
    return make("gather " + shape(), () -> handle().gather(axis, indices.handle()));
  }

  /// Copy in which the given elements of an axis are replaced by those of `source`.
  public Tensor indexCopy(int axis, Tensor indices, Tensor source) {
    return make(
        "indexCopy " + shape(), () -> handle().index_copy(axis, indices.handle(), source.handle()));
  }

  /// Copy in which `source` is added to the given elements of an axis.
  public Tensor indexAdd(int axis, Tensor indices, Tensor source) {
    return make(
        "indexAdd " + shape(), () -> handle().index_add(axis, indices.handle(), source.handle()));
  }

  /// The same elements in row-major memory; itself when they are already.
  public Tensor contiguous() {
    return make("contiguous", () -> handle().contiguous());
  }

  /// A copy with memory of its own.
  public Tensor copy() {
    return make("copy", () -> handle().clone());
  }

  /// The elements in another type; a view of the same memory when the type is the same.
  public Tensor to(DType type) {
    return make("to " + type.label(), () -> handle().to(type.nativeType()));
  }

  // --- arithmetic -------------------------------------------------------------------------------

  /// Sum, broadcasting.
  public Tensor add(Tensor other) {
    return make("add " + shape() + other.shape(), () -> handle().add(other.handle()));
  }

  /// Adds a number to every element.
  public Tensor add(double value) {
    return withScalar("add", value, scalar -> handle().add(scalar));
  }

  /// Difference, broadcasting.
  public Tensor subtract(Tensor other) {
    return make("subtract " + shape() + other.shape(), () -> handle().sub(other.handle()));
  }

  /// Product, broadcasting.
  public Tensor multiply(Tensor other) {
    return make("multiply " + shape() + other.shape(), () -> handle().mul(other.handle()));
  }

  /// Multiplies every element by a number.
  public Tensor multiply(double value) {
    return withScalar("multiply", value, scalar -> handle().mul(scalar));
  }

  /// Quotient, broadcasting.
  public Tensor divide(Tensor other) {
    return make("divide " + shape() + other.shape(), () -> handle().div(other.handle()));
  }

  /// Matrix product over the last two axes, broadcasting the others.
  public Tensor matmul(Tensor other) {
    return make("matmul " + shape() + other.shape(), () -> torch.matmul(handle(), other.handle()));
  }

  /// `x W^T` for a weight `[out, in]`; `x` is `[..., in]`, the result `[..., out]`.
  public Tensor linear(Tensor weight) {
    return LinearMap.apply(this, weight);
  }

  /// `x W^T + b` for a weight `[out, in]` and a bias `[out]`.
  public Tensor linear(Tensor weight, Tensor bias) {
    return LinearMap.apply(this, weight, bias);
  }

  // --- element-wise -----------------------------------------------------------------------------

  /// Square of every element.
  public Tensor square() {
    return make("square", () -> handle().square());
  }

  /// Square root of every element.
  public Tensor sqrt() {
    return make("sqrt", () -> handle().sqrt());
  }

  /// One over the square root of every element.
  public Tensor rsqrt() {
    return make("rsqrt", () -> handle().rsqrt());
  }

  /// Absolute value of every element.
  public Tensor abs() {
    return make("abs", () -> handle().abs());
  }

  /// Hyperbolic tangent of every element.
  public Tensor tanh() {
    return make("tanh", () -> handle().tanh());
  }

  /// `x * sigmoid(x)`.
  public Tensor silu() {
    return make("silu", () -> torch.silu(handle()));
  }

  /// Gaussian error linear unit; `tanhApproximation` selects the published approximation.
  public Tensor gelu(boolean tanhApproximation) {
    return make("gelu", () -> torch.gelu(handle(), tanhApproximation ? "tanh" : "none"));
  }

  /// Copy in which each element is 0 with probability `rate` and divided by `1 - rate` otherwise;
  /// drawn from the generator that [Engine#seed(long)] sets.
  ///
  /// **Source**: Srivastava et al. 2014, in the inverted form.
  public Tensor dropout(double rate) {
    return make("dropout", () -> torch.dropout(handle(), rate, true));
  }

  /// Copy with `value` where `mask` (of booleans, broadcast) is true.
  public Tensor maskedFill(Tensor mask, double value) {
    return withScalar("maskedFill", value, scalar -> handle().masked_fill(mask.handle(), scalar));
  }

  /// True where the element is neither infinite nor NaN.
  public Tensor isFinite() {
    return make("isFinite", () -> torch.isfinite(handle()));
  }

  /// True where a truth value is false.
  public Tensor logicalNot() {
    return make("logicalNot", () -> handle().logical_not());
  }

  /// True where the element is greater than `value`.
  public Tensor greaterThan(double value) {
    return withScalar("greaterThan", value, scalar -> handle().gt(scalar));
  }

  /// True where the element equals `value`.
  public Tensor equalTo(double value) {
    return withScalar("equalTo", value, scalar -> handle().eq(scalar));
  }

  // --- reductions -------------------------------------------------------------------------------

  /// Sum over one axis, which stays with size 1 when `keepAxis`.
  public Tensor sum(int axis, boolean keepAxis) {
    return reduce("sum", type -> handle().sum(new long[] {axis}, keepAxis, type));
  }

  /// Sum of all elements.
  public Tensor sum() {
    return make("sum", () -> handle().sum());
  }

  /// Mean over one axis, which stays with size 1 when `keepAxis`.
  public Tensor mean(int axis, boolean keepAxis) {
    return reduce("mean", type -> handle().mean(new long[] {axis}, keepAxis, type));
  }

  /// Mean of all elements.
  public Tensor mean() {
    return make("mean", () -> handle().mean());
  }

  /// Greatest element.
  public Tensor max() {
    return make("max", () -> handle().max());
  }

  /// Index of the greatest element along an axis, int64; the lowest index wins a tie.
  public Tensor argmax(int axis) {
    return make(
        "argmax",
        () -> {
          try (LongOptional chosen = new LongOptional(axis)) {
            return torch.argmax(handle(), chosen, false);
          }
        });
  }

  /// Probabilities along an axis: the exponentials, normalised to sum to 1.
  public Tensor softmax(int axis) {
    return make("softmax", () -> torch.softmax(handle(), axis));
  }

  /// Logarithms of the probabilities along an axis.
  public Tensor logSoftmax(int axis) {
    return make("logSoftmax", () -> torch.log_softmax(handle(), axis));
  }

  // --- in place ---------------------------------------------------------------------------------

  /// Overwrites the elements with those of `source` (same shape) and returns this tensor.
  public Tensor assign(Tensor source) {
    return inPlace("assign", () -> handle().copy_(source.handle()));
  }

  /// Overwrites the elements of the first axis at `indices` (int64) with those of `source`.
  public Tensor assignAt(Tensor indices, Tensor source) {
    return inPlace(
        "assignAt " + shape(), () -> handle().index_copy_(0, indices.handle(), source.handle()));
  }

  /// Overwrites this tensor `[n, out]` with `x W^T` for `x` `[n, in]` and a weight `[out, in]`.
  public Tensor assignProduct(Tensor x, Tensor weight) {
    return inPlace(
        "assignProduct " + x.shape() + weight.shape(),
        () -> {
          try (org.bytedeco.pytorch.Tensor transposed = weight.handle().t()) {
            return torch.mm_out(handle(), x.handle(), transposed);
          }
        });
  }

  /// Overwrites this matrix with the product of two.
  public Tensor assignMatmul(Tensor first, Tensor second) {
    return inPlace(
        "assignMatmul " + first.shape() + second.shape(),
        () -> torch.mm_out(handle(), first.handle(), second.handle()));
  }

  /// Adds `factor` times the product of two matrices into this matrix, which may be a view of some
  /// columns of another, and returns it.
  public Tensor addProduct(Tensor first, Tensor second, double factor) {
    return inPlace(
        "addProduct " + first.shape() + second.shape(),
        () -> {
          try (Scalar one = new Scalar(1.0);
              Scalar scalar = new Scalar(factor)) {
            return handle().addmm_(first.handle(), second.handle(), one, scalar);
          }
        });
  }

  /// Adds `other` (broadcast) into this tensor and returns it.
  public Tensor accumulate(Tensor other) {
    return inPlace("accumulate", () -> handle().add_(other.handle()));
  }

  /// Multiplies every element of this tensor by a number and returns it.
  public Tensor scale(double factor) {
    return inPlace(
        "scale",
        () -> {
          try (Scalar scalar = new Scalar(factor)) {
            return handle().mul_(scalar);
          }
        });
  }

  private Tensor inPlace(String operation, Supplier<org.bytedeco.pytorch.Tensor> call) {
    try {
      org.bytedeco.pytorch.Tensor same = call.get();
      if (same.isNull()) {
        throw new TensorException(ErrorCode.TENSOR_NATIVE, operation + " gave no result");
      }
      return this;
    } catch (RuntimeException e) {
      throw TensorException.translate(operation, e);
    }
  }

  // --- gradients --------------------------------------------------------------------------------

  /// Marks this tensor as one whose gradient is wanted, or not; returns it.
  public Tensor requireGrad(boolean wanted) {
    return inPlace("requireGrad", () -> handle().set_requires_grad(wanted));
  }

  /// The same values, cut off from the recorded operations.
  public Tensor detach() {
    return make("detach", () -> handle().detach());
  }

  /// Computes the gradients of this scalar with respect to all marked tensors that it depends on.
  public void backward() {
    try {
      handle().backward();
    } catch (RuntimeException e) {
      throw TensorException.translate("backward", e);
    }
  }

  /// Computes the gradients of `sum(gradient * this)`: carries on from the gradient of a result
  /// that was computed from this tensor elsewhere.
  ///
  /// @param gradient of the same shape as this tensor
  public void backward(Tensor gradient) {
    try (BoolOptional keepGraph = new BoolOptional(false);
        TensorArrayRefOptional everything = new TensorArrayRefOptional()) {
      handle().backward(gradient.handle(), keepGraph, false, everything);
    } catch (RuntimeException e) {
      throw TensorException.translate("backward " + shape() + gradient.shape(), e);
    }
  }

  /// The accumulated gradient of a marked tensor; a zero tensor when nothing has reached it.
  public Tensor grad() {
    return make(
        "grad",
        () -> {
          // libtorch hands out the slot itself, which clearGrad empties: take an owner of our own
          org.bytedeco.pytorch.Tensor found = handle().grad();
          return found.defined()
              ? new org.bytedeco.pytorch.Tensor(found)
              : torch.zeros_like(handle());
        });
  }

  /// Adds a gradient that was computed elsewhere to that of a marked tensor.
  ///
  /// @param gradient of the same shape; may be kept and changed
  public void addGrad(Tensor gradient) {
    try (org.bytedeco.pytorch.Tensor found = handle().grad()) {
      if (found.defined()) {
        found.add_(gradient.handle());
      } else {
        handle().mutable_grad().put(gradient.handle());
      }
    } catch (RuntimeException e) {
      throw TensorException.translate("addGrad " + shape() + gradient.shape(), e);
    }
  }

  /// Forgets the accumulated gradient of a marked tensor.
  public void clearGrad() {
    try (org.bytedeco.pytorch.Tensor none = new org.bytedeco.pytorch.Tensor()) {
      handle().mutable_grad().put(none);
    }
  }

  private interface ScalarCall {
    org.bytedeco.pytorch.Tensor with(Scalar scalar);
  }

  private static Tensor withScalar(String operation, double value, ScalarCall call) {
    return make(
        operation,
        () -> {
          try (Scalar scalar = new Scalar(value)) {
            return call.with(scalar);
          }
        });
  }

  private interface TypedCall {
    org.bytedeco.pytorch.Tensor with(ScalarTypeOptional type);
  }

  private static Tensor reduce(String operation, TypedCall call) {
    return make(
        operation,
        () -> {
          try (ScalarTypeOptional same = new ScalarTypeOptional()) {
            return call.with(same);
          }
        });
  }
}
