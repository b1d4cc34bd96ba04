package org.demur.text.tokenizer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `model` of a tokenizer.json as it was read.
final class TokenizerModel {
  /// Fields with a single value, such as `type` and `unk_token`.
  final Map<String, Object> options = new LinkedHashMap<>();

  /// Token strings to ids.
  final Map<String, Integer> ids = new LinkedHashMap<>();

  /// Scores by id, for a unigram model.
  final List<Double> scores = new ArrayList<>();

  /// Merges, best first.
  final List<Merge> merges = new ArrayList<>();

  /// Whether the vocabulary is a list with scores.
  boolean scored;

  /// Whether there is a list of merges.
  boolean hasMerges;

  /// The kind of model; files of old versions do not name it.
  String type() {
    Object type = options.get("type");
    if (type instanceof String name) {
      return name;
    }
    return scored ? "Unigram" : hasMerges ? "BPE" : "";
  }

  @Nullable String text(String option) {
    return options.get(option) instanceof String text ? text : null;
  }

  boolean flag(String option) {
    return Boolean.TRUE.equals(options.get(option));
  }
}
