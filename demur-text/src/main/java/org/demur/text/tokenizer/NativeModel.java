package org.demur.text.tokenizer;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A BPE model as the native library is to load it.
///
/// @param vocabulary the token strings by id, control tokens under names that no text can have
/// @param merges best first
/// @param unknown the string of the token for what cannot be expressed, if there is one
/// @param byteFallback whether characters without a token become `<0xE2>` tokens
/// @param ignoreMerges whether a word that is a token needs no merges
/// @param steps the `normalizer`, `pre_tokenizer` and `decoder` of a tokenizer.json as JSON-like
///   values
record NativeModel(
    List<String> vocabulary,
    List<Merge> merges,
    @Nullable String unknown,
    boolean byteFallback,
    boolean ignoreMerges,
    Steps steps) {

  /// What happens to a text around the model; each is a JSON-like value or null.
  record Steps(
      @Nullable Map<String, Object> normalizer,
      @Nullable Map<String, Object> preTokenizer,
      @Nullable Map<String, Object> decoder) {}
}
