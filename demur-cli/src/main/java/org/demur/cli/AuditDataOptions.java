package org.demur.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.data.PromptPairs;
import org.demur.data.PromptSet;
import org.demur.data.ReadOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The prompts of an audit: our own pairs, or two files.
final class AuditDataOptions {
  @Option(
      names = "--harmful",
      paramLabel = "FILE",
      description = "Harmful requests: JSONL, JSON, CSV, TSV, Parquet, TXT or a dataset folder.")
  private @Nullable Path harmful;

  @Option(
      names = "--harmless",
      paramLabel = "FILE",
      description = "Harmless requests, likewise (default: the 180 pairs that come with Demur).")
  private @Nullable Path harmless;

  @Option(
      names = "--field",
      paramLabel = "NAME",
      description = "Column that holds the request (default: prompt, instruction, text, ...).")
  private @Nullable String field;

  @Option(
      names = "--category-field",
      paramLabel = "NAME",
      description = "Column that holds the category.")
  private @Nullable String categoryField;

  @Option(
      names = "--category",
      paramLabel = "NAME",
      description = "Only requests of this category; may be repeated.")
  private List<String> categories = List.of();

  /// The prompts.
  ///
  /// @throws CliException when only one of the two files is given
  PromptSet read(long seed) {
    PromptSet set = all(seed);
    return categories.isEmpty() ? set : set.inCategories(categories);
  }

  private PromptSet all(long seed) {
    Path first = harmful;
    Path second = harmless;
    if (first == null && second == null) {
      if (field != null || categoryField != null) {
        throw CliException.usage("--field says how --harmful and --harmless are read; give both");
      }
      return PromptPairs.builtIn();
    }
    if (first == null || second == null) {
      throw CliException.usage(
          "--harmful and --harmless go together: without prompts of both kinds nothing can be told"
              + " apart");
    }
    ReadOptions options = ReadOptions.defaults();
    if (field != null) {
      options = options.withField(field);
    }
    if (categoryField != null) {
      options = options.withCategoryField(categoryField);
    }
    return PromptSet.ofFiles(first, second, options, seed);
  }

  /// The options as a run keeps them.
  Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("harmful", String.valueOf(harmful));
    map.put("harmless", String.valueOf(harmless));
    map.put("field", String.valueOf(field));
    map.put("category-field", String.valueOf(categoryField));
    map.put("category", String.join(",", categories));
    return map;
  }
}
