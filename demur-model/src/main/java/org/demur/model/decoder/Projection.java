package org.demur.model.decoder;

import java.util.List;
import java.util.Optional;
import org.demur.model.weights.LinearWeight;
import org.demur.model.weights.ModelWeights;
import org.demur.tensor.Tensor;

/// A linear map of the model, with the low-rank changes that are switched on.
///
/// Without changes exactly the operations of the base run, so that switching an adapter off
/// restores it bit for bit.
public final class Projection {
  private final String name;
  private final LinearWeight weight;
  private final Optional<Tensor> bias;
  private volatile List<LowRank> changes = List.of();

  Projection(ModelWeights weights, String name) {
    this.name = name;
    this.weight = weights.linear(name + ".weight");
    this.bias = weights.find(name + ".bias");
  }

  /// Name of the module, such as `model.layers.0.self_attn.q_proj`.
  public String name() {
    return name;
  }

  /// Weight of the base, `[out, in]`.
  public LinearWeight weight() {
    return weight;
  }

  Optional<Tensor> bias() {
    return bias;
  }

  List<LowRank> changes() {
    return changes;
  }

  /// Sets the low-rank changes that are added, in order.
  public void setChanges(List<LowRank> changes) {
    this.changes = List.copyOf(changes);
  }

  /// Applies the map in the type of the weight.
  Tensor forward(Tensor input) {
    Tensor numbers = weight.numbers();
    Tensor x = input.to(numbers.dtype());
    Tensor y = bias.isPresent() ? x.linear(numbers, bias.get()) : x.linear(numbers);
    for (LowRank change : changes) {
      y = y.add(change.delta(x));
    }
    return y;
  }
}
