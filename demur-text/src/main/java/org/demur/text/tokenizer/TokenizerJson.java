package org.demur.text.tokenizer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.text.json.JsonLimits;
import org.demur.text.json.StreamingJson;
import org.jspecify.annotations.Nullable;

/// Reads a `tokenizer.json`, the file of the Hugging Face tokenizers library.
final class TokenizerJson {
  private static final JsonLimits LIMITS = new JsonLimits(256L << 20, 64, 40_000_000);
  private static final int MAX_ADDED = 100_000;

  private final StreamingJson json;
  private final Map<TokenizerSteps.Part, Map<String, Object>> parts =
      new EnumMap<>(TokenizerSteps.Part.class);
  private final List<Map<String, Object>> added = new ArrayList<>();
  private @Nullable TokenizerModel model;
  private @Nullable Object postProcessor;

  private TokenizerJson(StreamingJson json) {
    this.json = json;
  }

  /// Reads and checks a file.
  ///
  /// @throws TokenizerException or [JsonFormatException] when it is malformed
  static TokenizerDefinition read(Path file, SpecialTokens special) {
    try (StreamingJson json = StreamingJson.open(file, LIMITS)) {
      TokenizerJson reader = new TokenizerJson(json);
      json.object(reader::field);
      json.end();
      if (reader.model == null) {
        throw new TokenizerException("this is no tokenizer: it has no field \"model\"");
      }
      TokenizerModel model = reader.model;
      return new JsonDefinition(model, reader.added, reader.parts, reader.postProcessor)
          .build(special);
    }
  }

  private void field(String name) {
    switch (name) {
      case "model" -> model = TokenizerModelJson.read(json);
      case "added_tokens" -> json.array(this::addedToken);
      case "normalizer" -> part(TokenizerSteps.Part.NORMALIZER);
      case "pre_tokenizer" -> part(TokenizerSteps.Part.PRE_TOKENIZER);
      case "decoder" -> part(TokenizerSteps.Part.DECODER);
      case "post_processor" -> postProcessor = json.value();
      default -> json.skip();
    }
  }

  private void part(TokenizerSteps.Part part) {
    Object value = json.value();
    if (value == null) {
      parts.remove(part);
    } else {
      parts.put(part, TokenizerSteps.asComponent(value, "tokenizer.json: " + part.field()));
    }
  }

  private void addedToken() {
    if (added.size() >= MAX_ADDED) {
      throw json.wrong("at most %d added tokens".formatted(MAX_ADDED));
    }
    if (!json.atObject()) {
      throw json.wrong("an added token: an object with \"id\" and \"content\"");
    }
    Map<String, Object> token = new LinkedHashMap<>();
    json.object(
        name -> {
          Object value = json.value();
          if (value != null) {
            token.put(name, value);
          }
        });
    if (!(token.get("id") instanceof Long) || !(token.get("content") instanceof String)) {
      throw json.wrong("an added token with \"id\" and \"content\" before this");
    }
    added.add(token);
  }
}
