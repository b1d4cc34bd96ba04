package org.demur.model.config;

import java.util.List;
import java.util.Optional;

/// Everything that distinguishes one decoder from another, apart from its weights.
///
/// One block serves all families: a family is a choice of these values. See
/// [org.demur.model.decoder.Block] for the forward pass that reads them.
///
/// @param modelType `model_type` of the Hugging Face configuration
/// @param dimensions sizes
/// @param norms where the norms are
/// @param attention how heads are made and scored
/// @param feedForward the MLP
/// @param experts the mixture of experts, for families that have one
/// @param layers what differs from block to block
/// @param ropes rotary embeddings that layers refer to
/// @param scales multipliers and caps
/// @param tiedHead whether the head is the embedding
public record Architecture(
    String modelType,
    Dimensions dimensions,
    Norms norms,
    AttentionSpec attention,
    FeedForwardSpec feedForward,
    Optional<ExpertsSpec> experts,
    List<LayerSpec> layers,
    List<RopeSpec> ropes,
    Scales scales,
    boolean tiedHead) {

  /// Where the norms of a block are.
  public enum NormPlacement {
    /// Before attention and MLP: llama and most others.
    BEFORE,
    /// After attention and MLP: olmo2.
    AFTER,
    /// Before and after both: gemma2, gemma3.
    BOTH
  }

  /// RMS norms.
  ///
  /// @param placement where they are
  /// @param epsilon added to the mean square
  /// @param unitOffset whether the weight is stored as its difference from 1 (gemma)
  public record Norms(NormPlacement placement, double epsilon, boolean unitOffset) {}

  /// What is normalised before the scores are computed.
  public enum QueryKeyNorm {
    /// Nothing.
    NONE,
    /// Each head on its own: qwen3, gemma3.
    PER_HEAD,
    /// All heads together: olmo2.
    ALL_HEADS
  }

  /// Attention.
  ///
  /// @param fusedQkv whether one weight holds queries, keys and values
  /// @param qkvBias whether queries, keys and values have a bias
  /// @param outputBias whether the output projection has one
  /// @param queryKeyNorm norm of queries and keys
  /// @param scale factor of the scores
  /// @param softCap cap of the scores, `tanh(x / cap) * cap`; 0 for none
  public record AttentionSpec(
      boolean fusedQkv,
      boolean qkvBias,
      boolean outputBias,
      QueryKeyNorm queryKeyNorm,
      double scale,
      double softCap) {}

  /// Gated MLP.
  ///
  /// @param activation of the gate
  /// @param fusedGateUp whether one weight holds gate and up projection
  /// @param bias whether the projections have a bias
  public record FeedForwardSpec(Activation activation, boolean fusedGateUp, boolean bias) {}

  /// Mixture of experts.
  ///
  /// @param nExperts experts of a block
  /// @param nActive experts that a token uses
  /// @param dExpert inner width of an expert
  /// @param normalise whether the weights of the used experts are rescaled to sum to 1
  /// @param naming names of the weights
  public record ExpertsSpec(
      int nExperts, int nActive, int dExpert, boolean normalise, ExpertNaming naming) {}

  /// Names of the weights of a mixture.
  ///
  /// @param block name of the module inside a block
  /// @param gate gate projection of an expert
  /// @param up up projection
  /// @param down down projection
  public record ExpertNaming(String block, String gate, String up, String down) {
    /// `mlp.experts.{n}.gate_proj`.
    public static final ExpertNaming QWEN =
        new ExpertNaming("mlp", "gate_proj", "up_proj", "down_proj");

    /// `block_sparse_moe.experts.{n}.w1`.
    public static final ExpertNaming MIXTRAL =
        new ExpertNaming("block_sparse_moe", "w1", "w3", "w2");
  }

  /// One block.
  ///
  /// @param slidingWindow tokens that a query sees, itself included; 0 for all
  /// @param rope index into the architecture's rotary embeddings, or -1 for none
  /// @param experts whether the MLP is a mixture
  public record LayerSpec(int slidingWindow, int rope, boolean experts) {}

  /// Multipliers and caps outside of attention.
  ///
  /// @param embedding factor of the embeddings
  /// @param residual factor of what attention and MLP add
  /// @param logits divisor of the logits
  /// @param logitSoftCap cap of the logits; 0 for none
  public record Scales(double embedding, double residual, double logits, double logitSoftCap) {
    /// Multiplies nothing.
    public static final Scales NONE = new Scales(1, 1, 1, 0);
  }

  /// Most tokens of a row: the context, stretched where a `dynamic` rotary embedding stretches it.
  public int longestRow() {
    double stretch = 1;
    for (RopeSpec rope : ropes) {
      if (rope instanceof RopeSpec.Dynamic dynamic) {
        stretch = Math.max(stretch, dynamic.factor());
      }
    }
    return (int) Math.min(Integer.MAX_VALUE, dimensions.contextLength() * stretch);
  }

  /// Whether any MLP of the model is a mixture of experts.
  public boolean mixture() {
    return layers.stream().anyMatch(LayerSpec::experts);
  }
}
