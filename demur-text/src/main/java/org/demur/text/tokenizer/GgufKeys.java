package org.demur.text.tokenizer;

import java.util.List;
import java.util.stream.Stream;

/// The GGUF metadata keys that describe a vocabulary.
final class GgufKeys {
  /// The name of the model.
  static final String MODEL_NAME = "general.name";

  /// All keys that are read.
  static final List<String> ALL =
      Stream.of(
              Stream.of(MODEL_NAME),
              Stream.of("model", "pre", "tokens", "scores", "token_type", "merges")
                  .map(name -> "tokenizer.ggml." + name),
              Stream.of("add_bos_token", "add_eos_token", "add_space_prefix")
                  .map(name -> "tokenizer.ggml." + name),
              Stream.of("bos", "eos", "eot", "eom", "unknown", "padding", "seperator")
                  .map(name -> "tokenizer.ggml." + name + "_token_id"),
              Stream.of("fim_pre", "fim_suf", "fim_mid", "fim_pad", "fim_rep", "fim_sep")
                  .map(name -> "tokenizer.ggml." + name + "_token_id"),
              Stream.of("prefix", "suffix", "middle")
                  .map(name -> "tokenizer.ggml." + name + "_token_id"))
          .flatMap(keys -> keys)
          .toList();

  private GgufKeys() {}
}
