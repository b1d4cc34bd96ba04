package org.demur.model.decoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.model.weights.LinearWeight;
import org.demur.model.weights.ModelWeights;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Engine;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.kernel.Matrix;
import org.demur.tensor.kernel.Panel;
import org.demur.tensor.kernel.Products;
import org.demur.tensor.kernel.TokenLoops;

/// Projections with the same input as one matrix product, with the gradients of the low-rank
/// changes that are trained. The weights get none.
///
/// With W the weights one below the other, and changes `s B A` of some of their rows: `y = x W^T +
/// s (x A^T) B^T`. For a gradient g of y: `u = s g B`, and the gradients are `g W + u A` of x, `u^T
/// x` of A and `s g^T (x A^T)` of B. The factors A of all projections are one matrix, too.
///
/// With many tokens `W + s B A` is made first, which costs no more than what it saves: products of
/// a few columns reach a fraction of the speed of large ones.
///
/// Everything is computed in single precision, but the product with a weight in bfloat16 where the
/// processor multiplies that itself: there `x` and `g` are rounded for this product only. Elsewhere
/// such a weight is widened.
final class TrainedLinear {
  /// A low-rank change and the columns of the output that it changes.
  private record Change(LowRank factors, long column, long columns, long firstRank, long rank) {}

  private final List<Projection> parts;
  private final LinearWeight weight;
  private final Matrix matrix;
  private final boolean half;
  private final Optional<float[]> bias;

  TrainedLinear(ModelWeights weights, List<Projection> parts) {
    this.parts = List.copyOf(parts);
    weight = weights.together(parts.stream().map(part -> part.name() + ".weight").toList());
    matrix = weight.matrix();
    half = weight.held().dtype() == DType.BFLOAT16 && Engine.multipliesBfloat16Fast();
    bias = FusedLinear.bias(parts, (int) weight.outputs());
  }

  int outputs() {
    return (int) weight.outputs();
  }

  /// `y` for `x` `[token, in]`, `[token, out]`; belongs to the innermost scope.
  Tensor forward(Tensor x) {
    int tokens = (int) x.size(0);
    Tensor out = Tensors.empty(DType.FLOAT32, Device.CPU, tokens, outputs());
    try (Scope inside = Scope.open()) {
      List<Change> changes = changes();
      boolean merged = merges(tokens, changes);
      if (half) {
        Tensor rounded = Tensors.empty(DType.BFLOAT16, Device.CPU, tokens, outputs());
        out.assign(rounded.assignProduct(x.to(DType.BFLOAT16), weight.held()));
      } else {
        out.assignProduct(x, merged ? merged(changes) : single());
      }
      bias.ifPresent(
          given -> TokenLoops.addBias(new Panel(out.memory(), outputs(), false), 0, tokens, given));
      if (!merged && !changes.isEmpty()) {
        Tensor low = x.linear(stacked(changes));
        for (Change change : changes) {
          out.narrow(1, change.column(), change.columns())
              .addProduct(
                  low.narrow(1, change.firstRank(), change.rank()),
                  change.factors().b().detach().transpose(0, 1),
                  change.factors().scale());
        }
      }
    }
    return out;
  }

  /// Adds the gradients of the factors to what they hold.
  ///
  /// @param x what entered, `[token, in]`
  /// @param gradient of what left, `[token, out]`
  /// @return the gradient of `x`
  Tensor backward(Tensor x, Tensor gradient) {
    Tensor flowing = Tensors.empty(DType.FLOAT32, Device.CPU, x.size(0), weight.inputs());
    try (Scope inside = Scope.open()) {
      List<Change> changes = changes();
      boolean merged = merges(x.size(0), changes);
      if (half) {
        Tensor rounded = Tensors.empty(DType.BFLOAT16, Device.CPU, x.size(0), weight.inputs());
        flowing.assign(rounded.assignMatmul(gradient.to(DType.BFLOAT16), weight.held()));
      } else {
        flowing.assignMatmul(gradient, merged ? merged(changes) : single());
      }
      if (!changes.isEmpty()) {
        Tensor all = stacked(changes);
        Tensor low = x.linear(all);
        Tensor lowGradient = Tensors.empty(DType.FLOAT32, Device.CPU, x.size(0), all.size(0));
        for (Change change : changes) {
          toB(change, gradient, low, lowGradient);
        }
        if (!merged) {
          flowing.addProduct(lowGradient, all, 1);
        }
        Tensor toAll = lowGradient.transpose(0, 1).matmul(x);
        for (Change change : changes) {
          toA(change, toAll);
        }
      }
    }
    return flowing;
  }

  private static void toB(Change change, Tensor gradient, Tensor low, Tensor lowGradient) {
    LowRank factors = change.factors();
    Tensor own = gradient.narrow(1, change.column(), change.columns());
    Tensor product = own.matmul(factors.b().detach()).scale(factors.scale());
    lowGradient.narrow(1, change.firstRank(), change.rank()).assign(product);
    if (factors.b().requiresGrad()) {
      Tensor entered = low.narrow(1, change.firstRank(), change.rank());
      factors.b().addGrad(own.transpose(0, 1).matmul(entered).scale(factors.scale()));
    }
  }

  private static void toA(Change change, Tensor toAll) {
    if (change.factors().a().requiresGrad()) {
      change.factors().a().addGrad(toAll.narrow(0, change.firstRank(), change.rank()).copy());
    }
  }

  /// The changes that are on, with their places.
  private List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    long column = 0;
    long firstRank = 0;
    for (Projection part : parts) {
      long columns = part.weight().outputs();
      for (LowRank factors : part.changes()) {
        long rank = factors.a().size(0);
        changes.add(new Change(factors, column, columns, firstRank, rank));
        firstRank += rank;
      }
      column += columns;
    }
    return changes;
  }

  private static Tensor stacked(List<Change> changes) {
    return changes.size() == 1
        ? changes.getFirst().factors().a().detach()
        : Tensors.concatenate(
            changes.stream().map(change -> change.factors().a().detach()).toList(), 0);
  }

  /// Whether the product of the factors costs no more than the factors' products with the tokens.
  private boolean merges(long tokens, List<Change> changes) {
    long in = weight.inputs();
    long out = weight.outputs();
    return !half && !changes.isEmpty() && tokens * (in + out) >= in * out;
  }

  /// The weight with the changes in it.
  private Tensor merged(List<Change> changes) {
    Tensor sum = weight.held().dtype() == DType.FLOAT32 ? weight.held().copy() : single();
    for (Change change : changes) {
      LowRank factors = change.factors();
      sum.narrow(0, change.column(), change.columns())
          .addProduct(factors.b().detach(), factors.a().detach(), factors.scale());
    }
    return sum;
  }

  private Tensor single() {
    if (weight.held().dtype() == DType.FLOAT32) {
      return weight.held();
    }
    Tensor wide = Tensors.empty(DType.FLOAT32, Device.CPU, weight.outputs(), weight.inputs());
    Products.widen(matrix, wide.memory());
    return wide;
  }
}
