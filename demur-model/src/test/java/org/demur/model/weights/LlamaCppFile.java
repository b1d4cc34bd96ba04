package org.demur.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.NormPlacement;
import org.demur.model.config.Dimensions;
import org.demur.model.config.RopeSpec;
import org.demur.tensor.Device;
import org.demur.tensor.EightBit;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StorageType;
import org.demur.tensor.gguf.GgufValueType;
import org.demur.tensor.gguf.GgufWriter;

/// Writes weights in Hugging Face naming as a GGUF file, as llama.cpp's converter does.
///
/// **Source** `conversion/*.py` of llama.cpp: names of tensors and keys, reordered rows of queries
/// and keys, norms plus one, stacked experts.
final class LlamaCppFile {
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("pre_feedforward_layernorm", "ffn_norm"),
          Map.entry("post_feedforward_layernorm", "post_ffw_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.qkv_proj", "attn_qkv"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("block_sparse_moe.gate", "ffn_gate_inp"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.gate_up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"));
  private static final Map<String, String> STACKS =
      Map.of("w1", "ffn_gate_exps", "w3", "ffn_up_exps", "w2", "ffn_down_exps");

  private final Architecture architecture;
  private final Dimensions sizes;
  private final GgufWriter writer;
  private final String kind;
  private boolean eightBit;

  private LlamaCppFile(Path target, Architecture architecture, String kind) {
    this.architecture = architecture;
    this.sizes = architecture.dimensions();
    this.writer = new GgufWriter(target);
    this.kind = kind;
  }

  /// Writes a model whose matrices are blocks of 8-bit numbers.
  static Path writeEightBit(
      Path target, String kind, Architecture architecture, SequencedMap<String, float[]> weights) {
    LlamaCppFile file = new LlamaCppFile(target, architecture, kind);
    file.eightBit = true;
    return file.written(target, weights);
  }

  /// Writes a model.
  ///
  /// @param kind `general.architecture`
  static Path write(
      Path target, String kind, Architecture architecture, SequencedMap<String, float[]> weights) {
    return new LlamaCppFile(target, architecture, kind).written(target, weights);
  }

  private Path written(Path target, SequencedMap<String, float[]> weights) {
    try (Scope scope = Scope.open()) {
      metadata();
      rope();
      tensors(weights);
      writer.write();
    }
    return target;
  }

  private void tensor(String name, List<Long> shape, float[] values) {
    if (!eightBit || !EightBit.fits(shape)) {
      writer.tensor(name, shape, values);
      return;
    }
    Tensor wide = Tensors.ofFloats(values, Device.CPU, shape.getFirst(), shape.getLast());
    writer.tensor(name, StorageType.Q8_0, shape, EightBit.of(wide).memory());
  }

  private void metadata() {
    writer.string("general.architecture", kind);
    whole("block_count", sizes.nLayers());
    whole("context_length", sizes.contextLength());
    whole("embedding_length", sizes.dModel());
    whole("feed_forward_length", sizes.dFeedForward());
    whole("attention.head_count", sizes.nHeads());
    whole("attention.head_count_kv", sizes.nKvHeads());
    whole("attention.key_length", sizes.dHead());
    whole("rope.dimension_count", architecture.ropes().getFirst().rotaryWidth());
    number("attention.layer_norm_rms_epsilon", architecture.norms().epsilon());
    int window = architecture.layers().getFirst().slidingWindow();
    if (window > 0) {
      whole("attention.sliding_window", window);
    }
    if (architecture.attention().softCap() > 0) {
      number("attn_logit_softcapping", architecture.attention().softCap());
      number("final_logit_softcapping", architecture.scales().logitSoftCap());
    }
    architecture
        .experts()
        .ifPresent(
            experts -> {
              whole("expert_count", experts.nExperts());
              whole("expert_used_count", experts.nActive());
            });
    writer.integer("tokenizer.ggml.eos_token_id", GgufValueType.UINT32, 2);
  }

  private void rope() {
    switch (architecture.ropes().getFirst()) {
      case RopeSpec.Plain plain -> number("rope.freq_base", plain.theta());
      case RopeSpec.LongRope rope -> {
        number("rope.freq_base", rope.theta());
        number("rope.scaling.attn_factor", rope.attentionFactor());
        whole("rope.scaling.original_context_length", rope.trainedLength());
        factors("rope_factors_short.weight", rope.shortFactors());
        factors("rope_factors_long.weight", rope.longFactors());
      }
      default -> throw new IllegalArgumentException("no test writes this rotary embedding");
    }
  }

  private void factors(String name, List<Double> values) {
    float[] factors = new float[values.size()];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = values.get(i).floatValue();
    }
    writer.tensor(name, List.of((long) factors.length), factors);
  }

  private void whole(String key, int value) {
    writer.integer(kind + "." + key, GgufValueType.UINT32, value);
  }

  private void number(String key, double value) {
    writer.number(kind + "." + key, (float) value);
  }

  private void tensors(SequencedMap<String, float[]> weights) {
    SequencedMap<String, List<Long>> shapes = WeightLayout.of(architecture);
    SequencedMap<String, List<float[]>> stacks = new LinkedHashMap<>();
    Map<String, List<Long>> stackShapes = new LinkedHashMap<>();
    weights.forEach(
        (name, values) -> {
          List<Long> shape = shapes.getOrDefault(name, List.of());
          if (name.contains(".experts.")) {
            String[] parts = name.split("\\.", -1);
            String stack = "blk." + parts[2] + "." + STACKS.get(parts[6]) + ".weight";
            stacks.computeIfAbsent(stack, key -> new ArrayList<>()).add(values);
            stackShapes.put(stack, shape);
          } else {
            tensor(stored(name), shape, converted(name, values, shape));
          }
        });
    stacks.forEach(
        (name, parts) -> {
          List<Long> shape = new ArrayList<>(List.of((long) parts.size()));
          shape.addAll(stackShapes.getOrDefault(name, List.of()));
          writer.tensor(name, shape, joined(parts));
        });
  }

  private static float[] joined(List<float[]> parts) {
    int size = parts.getFirst().length;
    float[] all = new float[parts.size() * size];
    for (int part = 0; part < parts.size(); part++) {
      System.arraycopy(parts.get(part), 0, all, part * size, size);
    }
    return all;
  }

  private String stored(String name) {
    switch (name) {
      case "model.embed_tokens.weight" -> {
        return "token_embd.weight";
      }
      case "model.norm.weight" -> {
        return "output_norm.weight";
      }
      case "lm_head.weight" -> {
        return "output.weight";
      }
      default -> {
        String[] parts = name.split("\\.", 4);
        int dot = parts[3].lastIndexOf('.');
        String module = parts[3].substring(0, dot);
        boolean fourNorms = architecture.norms().placement() == NormPlacement.BOTH;
        String stored =
            module.equals("post_attention_layernorm")
                ? (fourNorms ? "post_attention_norm" : "ffn_norm")
                : NAMES.get(module);
        return "blk." + parts[2] + "." + stored + parts[3].substring(dot);
      }
    }
  }

  private float[] converted(String name, float[] values, List<Long> shape) {
    boolean permuted = kind.equals("llama");
    if (name.contains("norm") && architecture.norms().unitOffset()) {
      float[] moved = values.clone();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += 1;
      }
      return moved;
    }
    if (permuted && name.contains("self_attn.q_proj")) {
      return interleaved(values, shape, sizes.nHeads());
    }
    return permuted && name.contains("self_attn.k_proj")
        ? interleaved(values, shape, sizes.nKvHeads())
        : values;
  }

  /// Rows of the two halves of each head, alternating.
  private static float[] interleaved(float[] values, List<Long> shape, int heads) {
    int rows = Math.toIntExact(shape.getFirst());
    int width = values.length / rows;
    int half = rows / heads / 2;
    float[] result = new float[values.length];
    for (int head = 0; head < heads; head++) {
      for (int j = 0; j < half; j++) {
        int from = head * 2 * half + j;
        int to = head * 2 * half + 2 * j;
        System.arraycopy(values, from * width, result, to * width, width);
        System.arraycopy(values, (from + half) * width, result, (to + 1) * width, width);
      }
    }
    return result;
  }
}
