package org.demur.audit.compare;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.demur.audit.AuditException;
import org.demur.core.ErrorCode;
import org.demur.report.PromptLabel;
import org.demur.report.Provenance;

/// The prompts that two runs have in common, in the order of the first run.
///
/// Prompts are matched by id. An id whose label differs stands for two prompts and is left out; so
/// does one whose number of tokens differs, where both runs use the same model and template.
///
/// @param pairs a prompt in both runs
/// @param onlyFirst prompts of the first run that the second does not have
/// @param onlySecond prompts of the second run that the first does not have
/// @param mismatched ids that both have, for different prompts
record SharedPrompts(List<Pair> pairs, int onlyFirst, int onlySecond, int mismatched) {
  /// Keeps its own list.
  SharedPrompts {
    pairs = List.copyOf(pairs);
  }

  /// A prompt in both runs.
  record Pair(ResultRow first, ResultRow second) {
    PromptLabel label() {
      return first.label();
    }
  }

  /// Joins two runs.
  ///
  /// @throws AuditException when they have no prompt in common
  static SharedPrompts of(ComparedRun first, ComparedRun second) {
    Map<String, ResultRow> others = new HashMap<>();
    second.rows().forEach(row -> others.put(row.id(), row));
    boolean sameTokens = sameTokens(first.provenance(), second.provenance());
    List<Pair> pairs = new ArrayList<>();
    int mismatched = 0;
    for (ResultRow row : first.rows()) {
      ResultRow other = others.get(row.id());
      if (other != null && samePrompt(row, other, sameTokens)) {
        pairs.add(new Pair(row, other));
      } else if (other != null) {
        mismatched++;
      }
    }
    if (pairs.isEmpty()) {
      throw nothingShared(first, second, mismatched);
    }
    int matched = pairs.size() + mismatched;
    return new SharedPrompts(
        pairs, first.rows().size() - matched, second.rows().size() - matched, mismatched);
  }

  private static boolean samePrompt(ResultRow one, ResultRow other, boolean sameTokens) {
    return one.label() == other.label()
        && (!sameTokens || one.promptTokens() == other.promptTokens());
  }

  /// Whether the same text has to give the same number of tokens; an adapter does not change it.
  private static boolean sameTokens(Provenance one, Provenance other) {
    return one.model().sha256().equals(other.model().sha256())
        && one.templateSha256().equals(other.templateSha256());
  }

  private static AuditException nothingShared(
      ComparedRun first, ComparedRun second, int mismatched) {
    String why =
        mismatched == 0
            ? ""
            : "; %d ids occur in both, but for different prompts".formatted(mismatched);
    return new AuditException(
        ErrorCode.FILE_FORMAT,
        "the runs share no prompt: %s has %d (%s), %s has %d (%s)%s"
            .formatted(
                first.run().id(),
                first.rows().size(),
                first.data(),
                second.run().id(),
                second.rows().size(),
                second.data(),
                why));
  }

  /// Prompts in both runs.
  int size() {
    return pairs.size();
  }

  /// The pairs of one label.
  List<Pair> with(PromptLabel label) {
    return pairs.stream().filter(pair -> pair.label() == label).toList();
  }

  /// A property of the prompts of one label in the first run.
  static boolean[] first(List<Pair> pairs, Predicate<ResultRow> property) {
    boolean[] values = new boolean[pairs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = property.test(pairs.get(i).first());
    }
    return values;
  }

  /// The same property of the same prompts in the second run.
  static boolean[] second(List<Pair> pairs, Predicate<ResultRow> property) {
    boolean[] values = new boolean[pairs.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = property.test(pairs.get(i).second());
    }
    return values;
  }

  /// A score of the prompts in the first run.
  static double[] firstScores(List<Pair> pairs, ToDoubleFunction<ResultRow> score) {
    return pairs.stream().mapToDouble(pair -> score.applyAsDouble(pair.first())).toArray();
  }

  /// The same score of the same prompts in the second run.
  static double[] secondScores(List<Pair> pairs, ToDoubleFunction<ResultRow> score) {
    return pairs.stream().mapToDouble(pair -> score.applyAsDouble(pair.second())).toArray();
  }
}
