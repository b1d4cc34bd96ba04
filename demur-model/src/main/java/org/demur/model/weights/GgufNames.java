package org.demur.model.weights;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.demur.model.config.Architecture;
import org.demur.model.config.Architecture.NormPlacement;

/// Where a weight of the Hugging Face naming is in a GGUF file.
///
/// @param tensor name of the tensor in the file
/// @param expert index into its first axis, or -1 for the whole tensor
/// @param permutedHeads heads whose rows the converter reordered, or 0
/// @param normOffset what the converter added to the values
record GgufNames(String tensor, int expert, int permutedHeads, double normOffset) {
  private static final Pattern BLOCK = Pattern.compile("model\\.layers\\.(\\d+)\\.(.+)");
  private static final Pattern EXPERT =
      Pattern.compile("(?:mlp|block_sparse_moe)\\.experts\\.(\\d+)\\.(\\w+)\\.weight");
  private static final Map<String, String> MODULES =
      Map.ofEntries(
          Map.entry("input_layernorm", "attn_norm"),
          Map.entry("pre_feedforward_layernorm", "ffn_norm"),
          Map.entry("post_feedforward_layernorm", "post_ffw_norm"),
          Map.entry("self_attn.q_proj", "attn_q"),
          Map.entry("self_attn.k_proj", "attn_k"),
          Map.entry("self_attn.v_proj", "attn_v"),
          Map.entry("self_attn.qkv_proj", "attn_qkv"),
          Map.entry("self_attn.o_proj", "attn_output"),
          Map.entry("self_attn.q_norm", "attn_q_norm"),
          Map.entry("self_attn.k_norm", "attn_k_norm"),
          Map.entry("mlp.gate", "ffn_gate_inp"),
          Map.entry("block_sparse_moe.gate", "ffn_gate_inp"),
          Map.entry("mlp.gate_proj", "ffn_gate"),
          Map.entry("mlp.up_proj", "ffn_up"),
          Map.entry("mlp.gate_up_proj", "ffn_up"),
          Map.entry("mlp.down_proj", "ffn_down"));
  private static final Map<String, String> EXPERT_STACKS =
      Map.of(
          "gate_proj", "ffn_gate_exps",
          "w1", "ffn_gate_exps",
          "up_proj", "ffn_up_exps",
          "w3", "ffn_up_exps",
          "down_proj", "ffn_down_exps",
          "w2", "ffn_down_exps");

  /// Families of which the converter reorders the rows of queries and keys, from two halves of a
  /// head to alternating pairs.
  private static boolean permuted(Architecture architecture) {
    return switch (architecture.modelType()) {
      case "llama", "mistral", "mixtral", "granite", "smollm3" -> true;
      default -> false;
    };
  }

  /// Place of a weight, if GGUF files of this architecture have it.
  static Optional<GgufNames> of(String name, Architecture architecture) {
    boolean norm = name.contains("norm");
    double offset = norm && architecture.norms().unitOffset() ? 1 : 0;
    return switch (name) {
      case WeightLayout.EMBEDDING -> Optional.of(new GgufNames("token_embd.weight", -1, 0, 0));
      case WeightLayout.HEAD -> Optional.of(new GgufNames("output.weight", -1, 0, 0));
      case WeightLayout.FINAL_NORM ->
          Optional.of(new GgufNames("output_norm.weight", -1, 0, offset));
      default -> inBlock(name, architecture, offset);
    };
  }

  private static Optional<GgufNames> inBlock(
      String name, Architecture architecture, double offset) {
    Matcher block = BLOCK.matcher(name);
    if (!block.matches()) {
      return Optional.empty();
    }
    String prefix = "blk." + block.group(1) + ".";
    String rest = block.group(2);
    Matcher expert = EXPERT.matcher(rest);
    if (expert.matches()) {
      return Optional.ofNullable(EXPERT_STACKS.get(expert.group(2)))
          .map(
              stack ->
                  new GgufNames(
                      prefix + stack + ".weight", Integer.parseInt(expert.group(1)), 0, 0));
    }
    int dot = rest.lastIndexOf('.');
    String module = rest.substring(0, dot);
    String kind = rest.substring(dot);
    return module(module, architecture)
        .map(
            found -> new GgufNames(prefix + found + kind, -1, heads(module, architecture), offset));
  }

  private static Optional<String> module(String module, Architecture architecture) {
    if (module.equals("post_attention_layernorm")) {
      boolean beforeMlp = architecture.norms().placement() == NormPlacement.BEFORE;
      return Optional.of(beforeMlp ? "ffn_norm" : "post_attention_norm");
    }
    return Optional.ofNullable(MODULES.get(module));
  }

  private static int heads(String module, Architecture architecture) {
    if (!permuted(architecture)) {
      return 0;
    }
    return switch (module) {
      case "self_attn.q_proj" -> architecture.dimensions().nHeads();
      case "self_attn.k_proj" -> architecture.dimensions().nKvHeads();
      default -> 0;
    };
  }
}
