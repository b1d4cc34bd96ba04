package org.demur.text.tokenizer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A model as the native library is to load it.
///
/// @param options the model's fields but for those below, such as `type` and `byte_fallback`
/// @param vocabulary the token strings by id, control tokens under names that no text can have
/// @param scores for a unigram model: the score of each token; else null
/// @param merges for a BPE: best first
/// @param steps what happens around the model
record NativeModel(
    Map<String, Object> options,
    List<String> vocabulary,
    @Nullable List<Double> scores,
    List<Merge> merges,
    Steps steps) {

  /// The `normalizer`, `pre_tokenizer` and `decoder` of a tokenizer.json, as JSON-like values.
  record Steps(
      @Nullable Map<String, Object> normalizer,
      @Nullable Map<String, Object> preTokenizer,
      @Nullable Map<String, Object> decoder) {}

  /// The options of a BPE.
  ///
  /// @param unknown the name of the token for what cannot be expressed, if there is one
  static Map<String, Object> bpe(
      @Nullable String unknown, boolean byteFallback, boolean ignoreMerges) {
    Map<String, Object> options =
        new LinkedHashMap<>(
            Map.of("type", "BPE", "byte_fallback", byteFallback, "ignore_merges", ignoreMerges));
    if (unknown != null) {
      options.put("unk_token", unknown);
    }
    return options;
  }

  boolean isBpe() {
    return "BPE".equals(options.get("type"));
  }
}
