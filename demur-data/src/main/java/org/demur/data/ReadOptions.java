package org.demur.data;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Which parts of a file are prompts.
///
/// @param field the column that holds the prompts; if not given, the first of [#USUAL_FIELDS] that
///   the file has, in any case
/// @param categoryField the column that holds categories; if not given, `category` where there is
///   one
/// @param limit how many rows to read from the start; rows behind are not looked at
public record ReadOptions(
    Optional<String> field, Optional<String> categoryField, OptionalInt limit) {
  /// The columns that are taken for prompts, the first one that is there.
  public static final List<String> USUAL_FIELDS =
      List.of("prompt", "instruction", "question", "text", "goal", "behavior", "request");

  /// Checks the limit.
  public ReadOptions {
    if (limit.isPresent() && limit.getAsInt() < 1) {
      throw new IllegalArgumentException("a limit of rows must be positive: " + limit);
    }
  }

  /// The usual columns and all rows.
  public static ReadOptions defaults() {
    return new ReadOptions(Optional.empty(), Optional.empty(), OptionalInt.empty());
  }

  /// The same with a column of prompts.
  public ReadOptions withField(String name) {
    return new ReadOptions(Optional.of(name), categoryField, limit);
  }

  /// The same with a column of categories.
  public ReadOptions withCategoryField(String name) {
    return new ReadOptions(field, Optional.of(name), limit);
  }

  /// The same with at most so many rows.
  public ReadOptions withLimit(int rows) {
    return new ReadOptions(field, categoryField, OptionalInt.of(rows));
  }
}
