package org.demur.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.model.config.ConfigJson;
import org.demur.model.config.ModelException;
import org.demur.text.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/// Text files of a Hugging Face folder: `tokenizer.json`, `tokenizer_config.json`,
/// `special_tokens_map.json`, `chat_template.jinja`.
///
/// **Source** the layout that transformers writes: `PreTrainedTokenizerBase.save_pretrained`.
final class FolderText extends ModelTextFiles {
  private static final String TEMPLATE = "chat_template";
  private static final long MAX_TEMPLATE_BYTES = 4 << 20;
  private static final List<String> TOKEN_NAMES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private final Map<String, Object> tokenizerConfig;
  private final Map<String, Object> tokenMap;

  FolderText(Path folder) {
    super(folder);
    this.tokenizerConfig = fields(folder.resolve("tokenizer_config.json"));
    this.tokenMap = fields(folder.resolve("special_tokens_map.json"));
  }

  @Override
  public boolean hasTokenizer() {
    return Files.exists(tokenizerFile());
  }

  @Override
  public Tokenizer tokenizer() {
    if (!hasTokenizer()) {
      throw new ModelException(
          ErrorCode.NOT_FOUND,
          "%s has no tokenizer: there is no file tokenizer.json in it".formatted(path()));
    }
    return Tokenizer.ofTokenizerJson(tokenizerFile());
  }

  @Override
  public Optional<String> chatTemplateSource(boolean withTools) {
    Path separate = path().resolve(TEMPLATE + ".jinja");
    if (Files.exists(separate)) {
      return Optional.of(read(separate));
    }
    Object legacy = fields(path().resolve(TEMPLATE + ".json")).get(TEMPLATE);
    return choose(legacy == null ? tokenizerConfig.get(TEMPLATE) : legacy, withTools);
  }

  @Override
  public Map<String, String> specialTokens() {
    Map<String, String> tokens = new LinkedHashMap<>();
    for (String name : TOKEN_NAMES) {
      literal(tokenizerConfig.get(name))
          .or(() -> literal(tokenMap.get(name)))
          .ifPresent(text -> tokens.put(name, text));
    }
    return tokens;
  }

  private Path tokenizerFile() {
    return path().resolve("tokenizer.json");
  }

  /// One template, or a list of objects with `name` and `template`.
  private static Optional<String> choose(@Nullable Object value, boolean withTools) {
    if (value instanceof String source) {
      return Optional.of(source);
    }
    if (!(value instanceof List<?> list)) {
      return Optional.empty();
    }
    Map<String, String> byName = new LinkedHashMap<>();
    for (Object entry : list) {
      if (entry instanceof Map<?, ?> named
          && named.get("name") instanceof String name
          && named.get("template") instanceof String source) {
        byName.put(name, source);
      }
    }
    Optional<String> forTools = Optional.ofNullable(byName.get("tool_use")).filter(_ -> withTools);
    return forTools.or(() -> Optional.ofNullable(byName.get("default")));
  }

  /// A token is its text, or an object with the text as `content`.
  private static Optional<String> literal(@Nullable Object value) {
    Object text = value instanceof Map<?, ?> token ? token.get("content") : value;
    return text instanceof String literal ? Optional.of(literal) : Optional.empty();
  }

  private static Map<String, Object> fields(Path file) {
    return Files.exists(file) ? ConfigJson.read(file).values() : Map.of();
  }

  private static String read(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > MAX_TEMPLATE_BYTES) {
        throw new ModelException(
            ErrorCode.TEMPLATE,
            "%s has %d bytes, but a chat template of at most %d is accepted"
                .formatted(file, bytes, MAX_TEMPLATE_BYTES));
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new ModelException(
          ErrorCode.IO, file + " cannot be read as UTF-8 text: " + e.getMessage(), e);
    }
  }
}
