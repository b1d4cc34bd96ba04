package org.demur.text.tokenizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The vocabulary that a GGUF file holds in its metadata (keys `tokenizer.ggml.*`), unchecked.
///
/// Made with [#fromMetadata] from what a GGUF reader returns, so that this module needs no GGUF
/// reader.
public final class GgufVocabulary {
  /// Common start of all keys that are read here, but for `general.name`.
  private static final String PREFIX = "tokenizer.ggml.";

  private final Map<String, Object> values;
  private final List<String> tokens;
  private final float @Nullable [] scores;
  private final int @Nullable [] tokenTypes;
  private final List<String> merges;

  private GgufVocabulary(Map<String, Object> values) {
    this.values = values;
    this.tokens = texts("tokens");
    this.scores = values.containsKey(PREFIX + "scores") ? floats("scores") : null;
    this.tokenTypes = values.containsKey(PREFIX + "token_type") ? integers("token_type") : null;
    this.merges = texts("merges");
  }

  /// Takes the vocabulary out of GGUF metadata.
  ///
  /// @param metadata the value of a key, or null when the file does not have it. Accepted types:
  ///   `String`, `Boolean` and `Number`; for arrays `List`, `String[]`, `float[]`, `double[]`,
  ///   `int[]` and `long[]`
  /// @throws TokenizerException when there is no `tokenizer.ggml.model`, or a value has another
  ///   type
  public static GgufVocabulary fromMetadata(Function<String, ? extends @Nullable Object> metadata) {
    Map<String, Object> values = new HashMap<>();
    for (String key : GgufKeys.ALL) {
      Object value = metadata.apply(key);
      if (value != null) {
        values.put(key, value);
      }
    }
    GgufVocabulary vocabulary = new GgufVocabulary(values);
    if (vocabulary.text("model").isEmpty()) {
      throw new TokenizerException(
          "the GGUF file has no tokenizer: metadata key " + PREFIX + "model is missing");
    }
    return vocabulary;
  }

  /// `tokenizer.ggml.model`: the kind of tokenizer.
  public String model() {
    return text("model").orElse("");
  }

  /// `tokenizer.ggml.pre`: the name of the pre-tokenizer, if the file has one.
  public Optional<String> preTokenizer() {
    return text("pre");
  }

  /// `general.name`, or the empty string; llama.cpp gives some models' tokens attributes by it.
  public String modelName() {
    return values.get(GgufKeys.MODEL_NAME) instanceof String name ? name : "";
  }

  /// The vocabulary strings by id.
  public List<String> tokens() {
    return tokens;
  }

  /// The merges of a byte-level BPE, best first.
  public List<String> merges() {
    return merges;
  }

  /// Whether the file has scores.
  public boolean hasScores() {
    return scores != null;
  }

  /// The score of a token; 0 when the file has none.
  public float score(int id) {
    return scores == null || id >= scores.length ? 0 : scores[id];
  }

  /// The number of scores.
  int scoreCount() {
    return scores == null ? 0 : scores.length;
  }

  /// The number of token types; 0 when the file has none.
  int typeCount() {
    return tokenTypes == null ? 0 : tokenTypes.length;
  }

  /// What a token is for.
  TokenKind kind(int id) {
    return tokenTypes == null || id >= tokenTypes.length
        ? TokenKind.NORMAL
        : TokenKind.ofGguf(tokenTypes[id]);
  }

  /// The id under `tokenizer.ggml.<name>_token_id`, if the file has it and the vocabulary too.
  OptionalInt namedId(String name) {
    if (values.get(PREFIX + name + "_token_id") instanceof Number number) {
      long id = number.longValue();
      return id >= 0 && id < tokens.size() ? OptionalInt.of((int) id) : OptionalInt.empty();
    }
    return OptionalInt.empty();
  }

  /// The boolean `tokenizer.ggml.<name>`.
  boolean flag(String name, boolean otherwise) {
    return values.get(PREFIX + name) instanceof Boolean flag ? flag : otherwise;
  }

  private Optional<String> text(String name) {
    Object value = values.get(PREFIX + name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text);
    }
    throw wrongType(name, "a string", value);
  }

  private List<String> texts(String name) {
    Object value = values.get(PREFIX + name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof String[] array) {
      return List.of(array);
    }
    if (value instanceof List<?> list) {
      List<String> result = new ArrayList<>(list.size());
      for (Object element : list) {
        if (!(element instanceof String text)) {
          throw wrongType(name, "an array of strings", value);
        }
        result.add(text);
      }
      return result;
    }
    throw wrongType(name, "an array of strings", value);
  }

  private float[] floats(String name) {
    Object value = values.get(PREFIX + name);
    if (value instanceof float[] array) {
      return array;
    }
    double[] numbers = numbers(name, value);
    float[] result = new float[numbers.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) numbers[i];
    }
    return result;
  }

  private int[] integers(String name) {
    Object value = values.get(PREFIX + name);
    if (value instanceof int[] array) {
      return array;
    }
    double[] numbers = numbers(name, value);
    int[] result = new int[numbers.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (int) numbers[i];
    }
    return result;
  }

  private static double[] numbers(String name, @Nullable Object value) {
    return switch (value) {
      case double[] array -> array;
      case float[] array -> convert(array.length, i -> (double) array[i]);
      case int[] array -> convert(array.length, i -> (double) array[i]);
      case long[] array -> convert(array.length, i -> (double) array[i]);
      case List<?> list ->
          convert(
              list.size(),
              i -> {
                if (list.get(i) instanceof Number number) {
                  return number.doubleValue();
                }
                throw wrongType(name, "an array of numbers", value);
              });
      case null, default -> throw wrongType(name, "an array of numbers", value);
    };
  }

  private static double[] convert(int length, Function<Integer, Double> element) {
    double[] result = new double[length];
    for (int i = 0; i < length; i++) {
      result[i] = element.apply(i);
    }
    return result;
  }

  private static TokenizerException wrongType(String name, String wanted, @Nullable Object value) {
    String found = value == null ? "nothing" : value.getClass().getSimpleName();
    return new TokenizerException(
        "GGUF metadata key %s%s must be %s, found %s".formatted(PREFIX, name, wanted, found));
  }
}
