package org.demur.model.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.ExpertsSpec;
import org.demur.model.config.Architecture.NormPlacement;
import org.demur.model.config.Architecture.QueryKeyNorm;
import org.demur.model.config.Dimensions;

/// Names and shapes of all weights that an architecture has.
///
/// The names are those of the Hugging Face checkpoints, so that adapters and gradients can be
/// matched by name.
public final class WeightLayout {
  /// The embedding.
  public static final String EMBEDDING = "model.embed_tokens.weight";

  /// The final norm.
  public static final String FINAL_NORM = "model.norm.weight";

  /// The head; absent when it is tied to the embedding.
  public static final String HEAD = "lm_head.weight";

  private final Architecture architecture;
  private final Dimensions sizes;
  private final SequencedMap<String, List<Long>> shapes = new LinkedHashMap<>();

  private WeightLayout(Architecture architecture) {
    this.architecture = architecture;
    this.sizes = architecture.dimensions();
  }

  /// Shape of every weight by name, in forward order.
  public static SequencedMap<String, List<Long>> of(Architecture architecture) {
    WeightLayout layout = new WeightLayout(architecture);
    layout.collect();
    return layout.shapes;
  }

  /// Prefix of the names in one block.
  public static String block(int layer) {
    return "model.layers." + layer + ".";
  }

  /// Name of the norm before the MLP, which depends on where norms are.
  public static String normBeforeFeedForward(NormPlacement placement) {
    return placement == NormPlacement.BOTH
        ? "pre_feedforward_layernorm.weight"
        : "post_attention_layernorm.weight";
  }

  private void collect() {
    add(EMBEDDING, sizes.vocabularySize(), sizes.dModel());
    for (int layer = 0; layer < sizes.nLayers(); layer++) {
      norms(block(layer));
      attention(block(layer) + "self_attn.");
      if (architecture.layers().get(layer).experts()) {
        experts(block(layer), architecture.experts().orElseThrow());
      } else {
        feedForward(block(layer) + "mlp.");
      }
    }
    add(FINAL_NORM, sizes.dModel());
    if (!architecture.tiedHead()) {
      add(HEAD, sizes.vocabularySize(), sizes.dModel());
    }
  }

  private void norms(String prefix) {
    NormPlacement placement = architecture.norms().placement();
    if (placement != NormPlacement.AFTER) {
      add(prefix + "input_layernorm.weight", sizes.dModel());
      add(prefix + normBeforeFeedForward(placement), sizes.dModel());
    }
    if (placement != NormPlacement.BEFORE) {
      add(prefix + "post_attention_layernorm.weight", sizes.dModel());
      add(prefix + "post_feedforward_layernorm.weight", sizes.dModel());
    }
  }

  private void attention(String prefix) {
    long queries = (long) sizes.nHeads() * sizes.dHead();
    long keys = (long) sizes.nKvHeads() * sizes.dHead();
    boolean bias = architecture.attention().qkvBias();
    if (architecture.attention().fusedQkv()) {
      projection(prefix + "qkv_proj", queries + 2 * keys, sizes.dModel(), bias);
    } else {
      projection(prefix + "q_proj", queries, sizes.dModel(), bias);
      projection(prefix + "k_proj", keys, sizes.dModel(), bias);
      projection(prefix + "v_proj", keys, sizes.dModel(), bias);
    }
    projection(prefix + "o_proj", sizes.dModel(), queries, architecture.attention().outputBias());
    QueryKeyNorm norm = architecture.attention().queryKeyNorm();
    if (norm != QueryKeyNorm.NONE) {
      boolean perHead = norm == QueryKeyNorm.PER_HEAD;
      add(prefix + "q_norm.weight", perHead ? sizes.dHead() : queries);
      add(prefix + "k_norm.weight", perHead ? sizes.dHead() : keys);
    }
  }

  private void feedForward(String prefix) {
    boolean bias = architecture.feedForward().bias();
    long inner = sizes.dFeedForward();
    if (architecture.feedForward().fusedGateUp()) {
      projection(prefix + "gate_up_proj", 2 * inner, sizes.dModel(), bias);
    } else {
      projection(prefix + "gate_proj", inner, sizes.dModel(), bias);
      projection(prefix + "up_proj", inner, sizes.dModel(), bias);
    }
    projection(prefix + "down_proj", sizes.dModel(), inner, bias);
  }

  private void experts(String block, ExpertsSpec spec) {
    String prefix = block + spec.naming().block() + ".";
    add(prefix + "gate.weight", spec.nExperts(), sizes.dModel());
    for (int expert = 0; expert < spec.nExperts(); expert++) {
      String own = prefix + "experts." + expert + ".";
      add(own + spec.naming().gate() + ".weight", spec.dExpert(), sizes.dModel());
      add(own + spec.naming().up() + ".weight", spec.dExpert(), sizes.dModel());
      add(own + spec.naming().down() + ".weight", sizes.dModel(), spec.dExpert());
    }
  }

  private void projection(String name, long out, long in, boolean bias) {
    add(name + ".weight", out, in);
    if (bias) {
      add(name + ".bias", out);
    }
  }

  private void add(String name, long... shape) {
    shapes.put(name, java.util.Arrays.stream(shape).boxed().toList());
  }
}
