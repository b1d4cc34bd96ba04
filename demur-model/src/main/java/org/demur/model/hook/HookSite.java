package org.demur.model.hook;

import java.util.Arrays;
import java.util.List;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.model.config.ModelException;

/// Kind of place in the forward pass; a [HookPoint] is a site in one block.
///
/// **Shapes** per token: the residual stream and what is added to it `[dModel]`; `q` and `z`
/// `[nHeads, dHead]`; `k` and `v` `[nKvHeads, dHead]`; `attn_scores` and `pattern` `[nHeads, key]`
/// for the query token; `logits` `[vocabulary]`.
public enum HookSite {
  /// Token embeddings, after the family's multiplier, if it has one.
  EMBED("embed", false),
  /// Residual stream entering a block.
  RESID_PRE("hook_resid_pre", true),
  /// Queries before the rotary embedding, after the query norm, if the family has one.
  Q("hook_q", true),
  /// Keys before the rotary embedding, after the key norm, if the family has one.
  K("hook_k", true),
  /// Values.
  V("hook_v", true),
  /// Attention scores, scaled and masked (minus infinity where a key is hidden).
  ATTN_SCORES("hook_attn_scores", true),
  /// Attention weights: softmax of the scores.
  PATTERN("hook_pattern", true),
  /// Weighted values of each head, before the output projection.
  Z("hook_z", true),
  /// What attention adds to the residual stream, after a post-norm or multiplier.
  ATTN_OUT("hook_attn_out", true),
  /// Residual stream between attention and MLP.
  RESID_MID("hook_resid_mid", true),
  /// What the MLP adds to the residual stream, after a post-norm or multiplier.
  MLP_OUT("hook_mlp_out", true),
  /// Residual stream leaving a block.
  RESID_POST("hook_resid_post", true),
  /// Residual stream after the final norm.
  FINAL_NORM("final_norm", false),
  /// Scores of the next token, after the family's scaling or soft cap.
  LOGITS("logits", false);

  private final String label;
  private final boolean perBlock;

  HookSite(String label, boolean perBlock) {
    this.label = label;
    this.perBlock = perBlock;
  }

  /// The name inside a hook point, such as `hook_resid_pre` or `embed`.
  public String label() {
    return label;
  }

  /// Whether every block has this site.
  public boolean perBlock() {
    return perBlock;
  }

  /// Whether a token has a vector of the residual stream's width here.
  public boolean residual() {
    return switch (this) {
      case EMBED, RESID_PRE, ATTN_OUT, RESID_MID, MLP_OUT, RESID_POST, FINAL_NORM -> true;
      case Q, K, V, ATTN_SCORES, PATTERN, Z, LOGITS -> false;
    };
  }

  /// Finds a site by its label; `resid_pre` is accepted for `hook_resid_pre`.
  ///
  /// @throws ModelException with [ErrorCode#PLAN] for an unknown name; the known ones are listed
  public static HookSite ofLabel(String label) {
    for (HookSite site : values()) {
      if (site.label.equals(label) || site.label.equals("hook_" + label)) {
        return site;
      }
    }
    List<String> known = Arrays.stream(values()).map(HookSite::label).toList();
    throw new ModelException(
        ErrorCode.PLAN,
        "unknown hook site \"%s\"%s; known: %s"
            .formatted(label, Suggestions.hint(label, known), String.join(", ", known)));
  }
}
