package org.demur.text.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.demur.text.json.JsonLimits;
import org.demur.text.json.StreamingJson;
import org.jspecify.annotations.Nullable;

/// Reads what the files beside a tokenizer.json say about its tokens.
///
/// **Source** the layout that transformers writes: `PreTrainedTokenizerBase.save_pretrained` and
/// `GenerationConfig.save_pretrained`.
final class SpecialTokensJson {
  private SpecialTokensJson() {}

  /// Reads the files of a folder that are there.
  static SpecialTokens read(Path folder) {
    Map<?, ?> config = fields(folder.resolve("tokenizer_config.json"));
    Map<?, ?> map = fields(folder.resolve("special_tokens_map.json"));
    Map<?, ?> generation = fields(folder.resolve("generation_config.json"));
    return new SpecialTokens(
        literal(config.get("bos_token")).or(() -> literal(map.get("bos_token"))),
        literal(config.get("eos_token")).or(() -> literal(map.get("eos_token"))),
        config.get("add_bos_token") instanceof Boolean adds ? Optional.of(adds) : Optional.empty(),
        ids(generation.get("eos_token_id")));
  }

  private static Map<?, ?> fields(Path file) {
    if (!Files.exists(file)) {
      return Map.of();
    }
    if (StreamingJson.read(file, JsonLimits.DEFAULTS) instanceof Map<?, ?> fields) {
      return fields;
    }
    throw new TokenizerException(file + " must hold a JSON object");
  }

  /// A token is its text, or an object with the text as `content`.
  private static Optional<String> literal(@Nullable Object value) {
    Object text = value instanceof Map<?, ?> token ? token.get("content") : value;
    return text instanceof String literal ? Optional.of(literal) : Optional.empty();
  }

  private static Set<Integer> ids(@Nullable Object value) {
    List<?> list =
        value instanceof List<?> several ? several : value == null ? List.of() : List.of(value);
    Set<Integer> ids = new HashSet<>();
    for (Object element : list) {
      if (element instanceof Long id && id >= 0 && id <= Integer.MAX_VALUE) {
        ids.add(id.intValue());
      }
    }
    return ids;
  }
}
