package org.demur.eval.judge;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.demur.core.ErrorCode;
import org.demur.eval.EvalException;
import org.demur.stats.Bootstrap;
import org.demur.stats.Estimate;
import org.demur.stats.Proportion;

/// Measures a judge on replies that people have labelled.
public final class JudgeEvaluation {
  private static final int MAX_FOLDS = 100;

  private record Judged(LabelledReply row, Verdict verdict) {}

  private JudgeEvaluation() {}

  /// Judges all rows with one judge that was not trained on them.
  ///
  /// @param seed of the bootstrap of AUROC
  public static JudgeReport evaluate(ReplyJudge judge, List<LabelledReply> rows, long seed) {
    List<Judged> judged =
        rows.stream().map(row -> new Judged(row, judge.judge(row.reply()))).toList();
    return report(judge.id(), judged, seed);
  }

  /// Cross-validation: each fold is judged with weights trained on the others.
  ///
  /// Rows with the same prompt are in the same fold. Nothing is chosen on the judged fold.
  ///
  /// @param extra rows that every training sees and that are not judged, such as
  ///   [LabelledRepliesJson#register]
  /// @param folds number of folds, 2 to 100
  /// @param seed of the folds and of the bootstrap
  /// @throws EvalException when a training has rows of one side only
  public static JudgeReport crossValidate(
      List<LabelledReply> rows, List<LabelledReply> extra, int folds, long seed) {
    if (folds < 2 || folds > MAX_FOLDS) {
      throw new EvalException(
          ErrorCode.USAGE,
          "%d folds were asked for; 2 to %d are accepted".formatted(folds, MAX_FOLDS));
    }
    List<List<LabelledReply>> parts = split(rows, folds, seed);
    List<Judged> judged = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      List<LabelledReply> training = new ArrayList<>(extra);
      for (int other = 0; other < folds; other++) {
        training.addAll(other == fold ? List.of() : parts.get(other));
      }
      ReplyJudge judge = ReplyJudge.of(JudgeTraining.train(training));
      parts.get(fold).forEach(row -> judged.add(new Judged(row, judge.judge(row.reply()))));
    }
    return report("reply-judge-1, %d folds, seed %d".formatted(folds, seed), judged, seed);
  }

  private static List<List<LabelledReply>> split(List<LabelledReply> rows, int folds, long seed) {
    Map<String, List<LabelledReply>> byPrompt = new TreeMap<>();
    for (int index = 0; index < rows.size(); index++) {
      LabelledReply row = rows.get(index);
      String words = String.join(" ", Words.of(row.reply().prompt()));
      // Rows without a prompt have nothing in common.
      String key = words.isEmpty() ? " " + index : words;
      byPrompt.computeIfAbsent(key, _ -> new ArrayList<>()).add(row);
    }
    if (byPrompt.size() < folds) {
      throw new EvalException(
          ErrorCode.FILE_FORMAT,
          "%d folds need as many different prompts, but there are %d"
              .formatted(folds, byPrompt.size()));
    }
    List<List<LabelledReply>> groups = shuffled(List.copyOf(byPrompt.values()), seed);
    List<List<LabelledReply>> parts = new ArrayList<>();
    for (int fold = 0; fold < folds; fold++) {
      List<LabelledReply> part = new ArrayList<>();
      for (int group = fold; group < groups.size(); group += folds) {
        part.addAll(groups.get(group));
      }
      parts.add(part);
    }
    return parts;
  }

  private static <T> List<T> shuffled(List<T> items, long seed) {
    List<T> order = new ArrayList<>(items);
    SplittableRandom random = new SplittableRandom(seed);
    for (int last = order.size() - 1; last > 0; last--) {
      int other = random.nextInt(last + 1);
      T kept = order.get(last);
      order.set(last, order.get(other));
      order.set(other, kept);
    }
    return order;
  }

  private static JudgeReport report(String id, List<Judged> judged, long seed) {
    List<Judged> binary = judged.stream().filter(each -> each.row().refused().isPresent()).toList();
    BinaryCounts byScore = new BinaryCounts(0, 0, 0, 0);
    BinaryCounts byLabel = byScore;
    Map<String, Proportion> kinds = new TreeMap<>();
    for (Judged each : binary) {
      boolean refused = each.row().refused().orElseThrow();
      byScore = byScore.with(refused, each.verdict().refusalSide());
      byLabel = byLabel.with(refused, each.verdict().label().declines());
      kinds.merge(
          each.row().kind(),
          new Proportion(each.verdict().refusalSide() == refused ? 1 : 0, 1),
          JudgeEvaluation::sum);
    }
    return new JudgeReport(
        id, byScore, byLabel, auroc(binary, seed), kinds, lists(binary), classes(judged));
  }

  private static Optional<Estimate> auroc(List<Judged> binary, long seed) {
    double[] refused = scores(binary, true);
    double[] complied = scores(binary, false);
    return refused.length == 0 || complied.length == 0
        ? Optional.empty()
        : Optional.of(Bootstrap.standard(seed).auroc(refused, complied));
  }

  private static double[] scores(List<Judged> binary, boolean refused) {
    return binary.stream()
        .filter(each -> each.row().refused().orElseThrow() == refused)
        .mapToDouble(each -> each.verdict().score())
        .toArray();
  }

  private static Map<String, Proportion> lists(List<Judged> binary) {
    Map<String, Proportion> lists = new LinkedHashMap<>();
    for (ListJudge list : ListJudge.values()) {
      long right =
          binary.stream()
              .filter(
                  each ->
                      list.fires(each.row().reply().text()) == each.row().refused().orElseThrow())
              .count();
      lists.put(list.label(), new Proportion((int) right, binary.size()));
    }
    return lists;
  }

  private static Optional<ClassReport> classes(List<Judged> judged) {
    Map<ReplyClass, Map<ReplyClass, Integer>> confusion = new EnumMap<>(ReplyClass.class);
    int right = 0;
    int n = 0;
    for (Judged each : judged) {
      if (each.row().label().isPresent()) {
        ReplyClass given = each.row().label().get();
        ReplyClass found = each.verdict().label();
        confusion
            .computeIfAbsent(given, _ -> new EnumMap<>(ReplyClass.class))
            .merge(found, 1, Integer::sum);
        right += given == found ? 1 : 0;
        n++;
      }
    }
    return n == 0
        ? Optional.empty()
        : Optional.of(new ClassReport(new Proportion(right, n), confusion));
  }

  private static Proportion sum(Proportion first, Proportion second) {
    return new Proportion(first.successes() + second.successes(), first.n() + second.n());
  }
}
