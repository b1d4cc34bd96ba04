package org.demur.model;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.tensor.gguf.GgufMetadata;
import org.demur.tensor.gguf.GgufValueType;
import org.demur.text.tokenizer.GgufVocabulary;
import org.demur.text.tokenizer.Tokenizer;
import org.demur.text.tokenizer.TokenizerException;
import org.jspecify.annotations.Nullable;

/// Text metadata of a GGUF file: `tokenizer.ggml.*` and `tokenizer.chat_template`.
final class GgufText extends ModelTextFiles {
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String TEMPLATE = "tokenizer.chat_template";

  /// Names of templates and of GGUF; the format misspells one of its own.
  private static final Map<String, String> TOKEN_KEYS =
      Map.of(
          "bos_token", "bos",
          "eos_token", "eos",
          "unk_token", "unknown",
          "sep_token", "seperator",
          "pad_token", "padding");

  private final GgufMetadata metadata;

  GgufText(Path path, GgufMetadata metadata) {
    super(path);
    this.metadata = metadata;
  }

  @Override
  public boolean hasTokenizer() {
    return metadata.type(PREFIX + "model").isPresent();
  }

  @Override
  public Tokenizer tokenizer() {
    if (!hasTokenizer()) {
      throw new ModelException(
          ErrorCode.NOT_FOUND,
          "%s has no tokenizer: the metadata key %smodel is missing".formatted(path(), PREFIX));
    }
    try {
      return Tokenizer.ofGguf(GgufVocabulary.fromMetadata(this::value));
    } catch (TokenizerException e) {
      throw new ModelException(ErrorCode.TOKENIZER, path() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public Optional<String> chatTemplateSource(boolean withTools) {
    Optional<String> forTools =
        withTools ? metadata.string(TEMPLATE + ".tool_use") : Optional.empty();
    return forTools.or(() -> metadata.string(TEMPLATE));
  }

  @Override
  public Map<String, String> specialTokens() {
    List<String> pieces = metadata.strings(PREFIX + "tokens").orElse(List.of());
    Map<String, String> tokens = new LinkedHashMap<>();
    TOKEN_KEYS.forEach(
        (name, key) ->
            metadata
                .integer(PREFIX + key + "_token_id")
                .filter(id -> id >= 0 && id < pieces.size())
                .ifPresent(id -> tokens.put(name, pieces.get(id.intValue()))));
    return tokens;
  }

  /// A value in the types that a vocabulary is made of; null when the key is absent.
  private @Nullable Object value(String key) {
    Optional<GgufValueType> type = metadata.type(key);
    return type.isEmpty()
        ? null
        : switch (type.get()) {
          case STRING -> metadata.string(key).orElseThrow();
          case BOOL -> metadata.bool(key).orElseThrow();
          case FLOAT32, FLOAT64 -> metadata.number(key).orElseThrow();
          case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
              metadata.integer(key).orElseThrow();
          case ARRAY -> array(key);
        };
  }

  private Object array(String key) {
    GgufValueType element = metadata.elementType(key).orElseThrow();
    return switch (element) {
      case STRING -> metadata.strings(key).orElseThrow();
      case FLOAT32, FLOAT64 -> metadata.numbers(key).orElseThrow();
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
          metadata.integers(key).orElseThrow();
      case BOOL, ARRAY -> metadata.bools(key).orElseThrow();
    };
  }
}
