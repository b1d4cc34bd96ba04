package org.demur.model.decoder;

import java.util.IdentityHashMap;
import org.demur.model.config.Dimensions;
import org.demur.model.hook.HookSite;
import org.demur.model.weights.LinearWeight;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Engine;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.kernel.CausalAttention;
import org.demur.tensor.kernel.Matrix;
import org.demur.tensor.kernel.Panel;
import org.demur.tensor.kernel.Products;
import org.jspecify.annotations.Nullable;

/// Memory that the blocks of one fused pass share: every intermediate value has one place for the
/// whole pass.
///
/// Values are in single precision, but where the machine multiplies bfloat16 faster and there are
/// many tokens, what enters and leaves a matrix product is bfloat16.
final class FusedStep {
  /// With more rows libtorch's matrix products are faster than ours.
  private static final int FEW_TOKENS = 32;

  /// The same where libtorch multiplies bfloat16 with instructions for it.
  private static final int FEW_HALF = 7;

  private final Scope pass;
  private final Step step;
  private final Dimensions sizes;
  private final DType type;
  private final int dInner;
  private final int[] packed;
  private final int tokens;
  private final boolean few;
  private final boolean half;
  private final Tensor resid;
  private final Tensor normed;
  private final Tensor qkv;
  private final Tensor rawQkv;
  private final Tensor z;
  private final Tensor gateUp;
  private final Tensor gated;
  private final Tensor out;
  private final IdentityHashMap<Tensor, Panel> panels = new IdentityHashMap<>();
  private @Nullable Tensor widened;

  /// Allocates, for all tokens of a pass.
  ///
  /// @param pass owns the memory
  /// @param dInner inner width of the MLP
  FusedStep(Scope pass, Step step, Dimensions sizes, DType type, int dInner, Tensor embedded) {
    this(pass, step, sizes, type, dInner, step.tokens(), embedded.copy());
  }

  private FusedStep(
      Scope pass,
      Step step,
      Dimensions sizes,
      DType type,
      int dInner,
      int[] packed,
      Tensor entering) {
    this.pass = pass;
    this.step = step;
    this.sizes = sizes;
    this.type = type;
    this.dInner = dInner;
    this.packed = packed;
    this.tokens = packed.length;
    this.few = tokens <= fewTokens(type);
    this.half = !few && multipliesHalf(type);
    DType product = half ? DType.BFLOAT16 : DType.FLOAT32;
    int queries = sizes.nHeads() * sizes.dHead();
    int all = queries + 2 * sizes.nKvHeads() * sizes.dHead();
    this.resid = pass.adopt(entering);
    this.normed = room(product, sizes.dModel());
    this.rawQkv = room(product, all);
    this.qkv = half ? room(DType.FLOAT32, all) : rawQkv;
    this.z = room(product, queries);
    this.gateUp = room(product, 2 * dInner);
    this.gated = room(product, dInner);
    this.out = room(product, sizes.dModel());
  }

  /// Memory of their own for some of the tokens, which go on from the residual stream as it is now.
  FusedStep goingOn(int... some) {
    try (Scope inside = Scope.open()) {
      Tensor entering = resid.indexSelect(0, Tensors.ofInts(some, Device.CPU));
      return new FusedStep(pass, step, sizes, type, dInner, some, entering);
    }
  }

  private Tensor room(DType type, int width) {
    return pass.adopt(Tensors.empty(type, Device.CPU, tokens, width));
  }

  int tokens() {
    return tokens;
  }

  /// Packed index of each token.
  int[] packed() {
    return packed;
  }

  /// Lets the hooks read and edit a value of these tokens, which they may change itself.
  Tensor hookInPlace(HookSite site, int layer, Tensor value) {
    return step.hookInPlace(site, layer, value, packed);
  }

  /// Whether products are computed by our own kernels.
  boolean few() {
    return few;
  }

  private static boolean multipliesHalf(DType type) {
    return type == DType.BFLOAT16 && Engine.multipliesBfloat16Fast();
  }

  /// Up to how many tokens our own kernels compute products.
  static int fewTokens(DType type) {
    return multipliesHalf(type) ? FEW_HALF : FEW_TOKENS;
  }

  Step step() {
    return step;
  }

  /// Residual stream `[token, dModel]`, changed in place.
  Tensor resid() {
    return resid;
  }

  Tensor normed() {
    return normed;
  }

  /// Queries, keys and values as the product gave them.
  Tensor rawQkv() {
    return rawQkv;
  }

  /// Queries, keys and values in single precision; the same memory where the product is.
  Tensor qkv() {
    return qkv;
  }

  Tensor z() {
    return z;
  }

  Tensor gateUp() {
    return gateUp;
  }

  Tensor gated() {
    return gated;
  }

  /// What attention or MLP is about to add, `[token, dModel]`.
  Tensor out() {
    return out;
  }

  /// The start of a room as a narrower one, `[token, width]`; what was in it is lost when this is
  /// written.
  Tensor narrower(Tensor room, int width) {
    long count = (long) tokens * width;
    return room.reshape(-1).narrow(0, 0, count).reshape(tokens, width);
  }

  /// Where a room lies. Kept: asking libtorch for it takes some microseconds, and a decoding step
  /// needs four hundred.
  Panel where(Tensor room) {
    return panels.computeIfAbsent(room, FusedStep::panel);
  }

  static Panel panel(Tensor tensor) {
    return new Panel(tensor.memory(), (int) tensor.size(1), tensor.dtype() == DType.BFLOAT16);
  }

  /// A weight in the type of what it is multiplied with.
  Tensor usable(LinearWeight weight, Matrix matrix, DType type) {
    if (weight.held().dtype() == type) {
      return weight.held();
    }
    long count = weight.elementCount();
    if (widened == null || widened.elementCount() < count) {
      if (widened != null) {
        pass.release(widened);
      }
      widened = pass.adopt(Tensors.empty(DType.FLOAT32, Device.CPU, count));
    }
    Tensor part = widened.narrow(0, 0, count).reshape(weight.outputs(), weight.inputs());
    Products.widen(matrix, part.memory());
    return part;
  }

  /// The rows of the batch for attention.
  CausalAttention.Rows rows() {
    TokenBatch batch = step.batch();
    return new CausalAttention.Rows(batch.firstTokens(), batch.lengths(), batch.past());
  }
}
