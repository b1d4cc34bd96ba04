package org.demur.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.directions.EncodedPrompts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which prompts a command runs, and how: the data, a part of it, with or without the chat
/// template.
final class PromptOptions {
  private static final String ALL = "all";

  @Mixin private final AuditDataOptions data = new AuditDataOptions();

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description =
          "Part of the data: train, validation, test or all (default: what the command is for)."
              + " Files are split 40/20/40 by --seed.")
  private @Nullable String split;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of splits, resampling and random directions (default: 0).")
  private long seed;

  @Option(
      names = "--plain",
      description = "Give the bare prompts without a chat template, for base models.")
  private boolean plain;

  /// The seed.
  long seed() {
    return seed;
  }

  /// Whether prompts are given without a chat template.
  boolean plain() {
    return plain;
  }

  /// All prompts.
  PromptSet read() {
    return data.read(seed).requireBothLabels();
  }

  /// Whether the data is used as a whole, so that nothing is left to choose a threshold on.
  boolean whole() {
    return ALL.equals(split);
  }

  /// The part that was asked for.
  ///
  /// @param usual the split that the command is for
  /// @param perLabel prompts of each label at most; 0 for all
  PromptSet part(PromptSet set, Split usual, int perLabel) {
    if (perLabel < 0) {
      throw CliException.usage("a number of prompts must not be negative, got " + perLabel);
    }
    PromptSet part = whole() ? inOneSplit(set) : set.in(splitOr(usual));
    return (perLabel == 0 ? part : part.atMost(perLabel)).requireBothLabels();
  }

  /// All prompts as one part, unless a split is named.
  ///
  /// @param perLabel prompts of each label at most; 0 for all
  PromptSet everything(PromptSet set, int perLabel) {
    PromptSet part = split == null || whole() ? inOneSplit(set) : part(set, Split.TEST, 0);
    return (perLabel == 0 ? part : part.atMost(perLabel)).requireBothLabels();
  }

  /// The name of what [#everything] gave.
  String everythingName(Split usual) {
    return split == null ? ALL : partName(usual);
  }

  /// The name of the part.
  String partName(Split usual) {
    return whole() ? ALL : splitOr(usual).id();
  }

  private Split splitOr(Split usual) {
    if (split == null) {
      return usual;
    }
    for (Split known : Split.values()) {
      if (known.id().equals(split.toLowerCase(Locale.ROOT))) {
        return known;
      }
    }
    throw CliException.usage(
        "unknown split \"%s\"; known: train, validation, test, all".formatted(split));
  }

  private static PromptSet inOneSplit(PromptSet set) {
    List<LabelledPrompt> prompts =
        set.prompts().stream()
            .map(
                one ->
                    new LabelledPrompt(
                        one.id(), one.text(), one.label(), one.category(), one.pair(), Split.TEST))
            .toList();
    return PromptSet.of(set.name(), prompts);
  }

  /// The tokens of prompts.
  EncodedPrompts encode(PromptSet set, Subject subject) {
    int longest = subject.loaded().model().architecture().longestRow();
    return EncodedPrompts.of(set, subject.encoder(), plain, longest);
  }

  /// What a document says about prompts.
  static Map<String, Object> document(PromptSet set, String part) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", set.name());
    map.put("sha256", set.sha256());
    map.put("split", part);
    for (Label label : Label.values()) {
      map.put(label.id(), (long) set.with(label).size());
    }
    return map;
  }
}
