package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.data.PromptSet;
import org.demur.directions.Candidate;
import org.demur.directions.CandidateScores;
import org.demur.directions.DirectionSelection;
import org.demur.directions.RefusalTokens;
import org.demur.directions.SelectionResult;
import org.jspecify.annotations.Nullable;

/// What `directions select` tells.
///
/// @param result scores and choice
/// @param tokens tokens that begin a refusal
/// @param prompts the validation prompts
/// @param part name of their split
/// @param selection has the vectors
record SelectionReport(
    SelectionResult result,
    RefusalTokens tokens,
    PromptSet prompts,
    String part,
    DirectionSelection selection) {
  private static final int BEST = 10;

  /// What the file of the direction keeps of a selection.
  Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("relaxed", result.relaxed());
    facts.put("scored", (long) result.scores().size());
    facts.put("candidates", (long) result.candidates());
    facts.put("kept", (long) result.kept());
    facts.put("discarded", result.discarded());
    facts.put("harmfulLogOdds", result.harmfulLogOdds());
    facts.put("harmlessLogOdds", result.harmlessLogOdds());
    facts.put("refusalTokens", RefusalTokenOptions.document(tokens));
    facts.put("prompts", PromptOptions.document(prompts, part));
    return facts;
  }

  static Map<String, @Nullable Object> document(CandidateScores scores) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("bypass", Numbers.json(scores.bypass()));
    map.put("induce", Numbers.json(scores.induce()));
    map.put("kl", Numbers.json(scores.kl()));
    return map;
  }

  private static Map<String, @Nullable Object> document(
      Candidate candidate, CandidateScores scores) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("position", candidate.position());
    map.put("layer", candidate.layer());
    map.putAll(document(scores));
    return map;
  }

  /// Prints the document, or a table of the best candidates and the choice.
  void print(Console console, boolean json, Path out) {
    if (json) {
      Map<String, @Nullable Object> document = new LinkedHashMap<>(facts());
      document.put(
          "selected",
          result
              .selected()
              .map(chosen -> document(chosen, result.selectedScores().orElseThrow()))
              .orElse(null));
      document.put("file", result.selected().isPresent() ? out.toString() : null);
      List<Map<String, @Nullable Object>> all = new ArrayList<>();
      result.scores().forEach((candidate, scores) -> all.add(document(candidate, scores)));
      document.put("scores", all);
      console.json(document);
      return;
    }
    table().print(console);
    console.line(
        "untouched: refusal log-odds %s on harmful, %s on harmless prompts"
            .formatted(
                Numbers.fixed(result.harmfulLogOdds(), 2),
                Numbers.fixed(result.harmlessLogOdds(), 2)));
    console.line(
        "%d of %d scored candidates are within the bounds; discarded: %s"
            .formatted(result.kept(), result.scores().size(), discarded()));
    console.line(choice(out));
  }

  private Table table() {
    Table table = new Table("position", "layer", "bypass", "induce", "KL", "");
    result.scores().entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> entry.getValue().bypass()))
        .sorted(Comparator.comparing(entry -> !isSelected(entry.getKey())))
        .limit(BEST)
        .forEach(
            entry ->
                table.row(
                    Integer.toString(entry.getKey().position()),
                    Integer.toString(entry.getKey().layer()),
                    Numbers.fixed(entry.getValue().bypass(), 2),
                    Numbers.fixed(entry.getValue().induce(), 2),
                    Numbers.fixed(entry.getValue().kl(), 3),
                    isSelected(entry.getKey()) ? "selected" : ""));
    return table;
  }

  private boolean isSelected(Candidate candidate) {
    return result.selected().filter(candidate::equals).isPresent();
  }

  private String discarded() {
    return result.discarded().isEmpty()
        ? "none"
        : String.join(
            ", ",
            result.discarded().entrySet().stream()
                .map(entry -> entry.getValue() + " by " + entry.getKey())
                .toList());
  }

  private String choice(Path out) {
    return result
        .selected()
        .map(
            chosen ->
                "%s: refusal, from token %d and layer %d%s"
                    .formatted(
                        out,
                        chosen.position(),
                        chosen.layer(),
                        result.relaxed()
                            ? " (nothing is within the first KL bound: the relaxed one was used)"
                            : ""))
        .orElse("no candidate is within the bounds, not even the relaxed one; nothing is written");
  }
}
