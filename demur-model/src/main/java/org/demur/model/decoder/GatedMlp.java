package org.demur.model.decoder;

import java.util.List;
import org.demur.model.config.Activation;
import org.demur.model.config.Architecture.FeedForwardSpec;
import org.demur.model.weights.ModelWeights;
import org.demur.tensor.DType;
import org.demur.tensor.Tensor;

/// `down(activation(gate(x)) * up(x))`.
///
/// **Source**: GLU variants (Shazeer 2020).
final class GatedMlp implements FeedForward {
  private final Activation activation;
  private final List<Projection> inputs;
  private final Projection down;

  private GatedMlp(Activation activation, List<Projection> inputs, Projection down) {
    this.activation = activation;
    this.inputs = inputs;
    this.down = down;
  }

  /// The MLP under `prefix`, with fused or separate gate and up projection.
  static GatedMlp of(FeedForwardSpec spec, ModelWeights weights, String prefix) {
    List<Projection> inputs =
        spec.fusedGateUp()
            ? List.of(new Projection(weights, prefix + "gate_up_proj"))
            : List.of(
                new Projection(weights, prefix + "gate_proj"),
                new Projection(weights, prefix + "up_proj"));
    return new GatedMlp(spec.activation(), inputs, new Projection(weights, prefix + "down_proj"));
  }

  /// An expert with its own names for the three projections.
  static GatedMlp ofNames(
      Activation activation, ModelWeights weights, String gate, String up, String down) {
    return new GatedMlp(
        activation,
        List.of(new Projection(weights, gate), new Projection(weights, up)),
        new Projection(weights, down));
  }

  @Override
  public Tensor forward(Tensor x) {
    Tensor gate = inputs.getFirst().forward(x).to(DType.FLOAT32);
    Tensor up;
    if (inputs.size() == 1) {
      long inner = gate.size(-1) / 2;
      up = gate.narrow(-1, inner, inner);
      gate = gate.narrow(-1, 0, inner);
    } else {
      up = inputs.getLast().forward(x).to(DType.FLOAT32);
    }
    return down.forward(activation.apply(gate).multiply(up));
  }

  @Override
  public List<Projection> projections() {
    return java.util.stream.Stream.concat(inputs.stream(), java.util.stream.Stream.of(down))
        .toList();
  }
}
