package org.demur.model.decoder;

import java.util.ArrayList;
import java.util.List;
import org.demur.model.config.Activation;
import org.demur.model.config.Architecture.ExpertsSpec;
import org.demur.model.weights.ModelWeights;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// Each token goes through a few MLPs, chosen and weighted by a router.
///
/// **Source**: Mixtral of Experts (Jiang et al. 2024), section 2.1; the router's softmax is taken
/// over all experts in single precision, as in transformers.
final class MixtureOfExperts implements FeedForward {
  private final ExpertsSpec spec;
  private final Projection router;
  private final List<GatedMlp> experts = new ArrayList<>();

  MixtureOfExperts(ExpertsSpec spec, Activation activation, ModelWeights weights, String block) {
    this.spec = spec;
    String prefix = block + spec.naming().block() + ".";
    router = new Projection(weights, prefix + "gate");
    for (int expert = 0; expert < spec.nExperts(); expert++) {
      String own = prefix + "experts." + expert + ".";
      experts.add(
          GatedMlp.ofNames(
              activation,
              weights,
              own + spec.naming().gate(),
              own + spec.naming().up(),
              own + spec.naming().down()));
    }
  }

  @Override
  public Tensor forward(Tensor x) {
    Tensor probabilities = router.forward(x).to(DType.FLOAT32).softmax(-1);
    Tensors.TopK chosen = Tensors.topK(probabilities, spec.nActive());
    Tensor weights = chosen.values();
    if (spec.normalise()) {
      weights = weights.divide(weights.sum(-1, true));
    }
    weights = weights.to(x.dtype()).reshape(-1);
    long[] expertOfSlot = chosen.indices().toLongs();
    Tensor sum = x.multiply(0);
    for (int expert = 0; expert < experts.size(); expert++) {
      sum = withExpert(expert, sum, x, weights, expertOfSlot);
    }
    return sum;
  }

  private Tensor withExpert(int expert, Tensor sum, Tensor x, Tensor weights, long[] expertOfSlot) {
    int[] slots =
        java.util.stream.IntStream.range(0, expertOfSlot.length)
            .filter(slot -> expertOfSlot[slot] == expert)
            .toArray();
    if (slots.length == 0) {
      return sum;
    }
    try (Scope scope = Scope.open()) {
      int[] tokens = java.util.Arrays.stream(slots).map(slot -> slot / spec.nActive()).toArray();
      Tensor tokenIndex = Tensors.ofInts(tokens, x.device());
      Tensor slotIndex = Tensors.ofInts(slots, x.device());
      Tensor out = experts.get(expert).forward(x.indexSelect(0, tokenIndex));
      Tensor weighted = out.multiply(weights.indexSelect(0, slotIndex).unsqueeze(1));
      return scope.keep(sum.indexAdd(0, tokenIndex, weighted));
    }
  }

  /// The router and the experts' projections are left alone by adapters.
  @Override
  public List<Projection> projections() {
    return List.of();
  }
}
