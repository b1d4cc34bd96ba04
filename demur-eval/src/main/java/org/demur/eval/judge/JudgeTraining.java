package org.demur.eval.judge;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.demur.eval.linear.LinearModel;
import org.demur.eval.linear.LogisticRegression;
import org.demur.eval.linear.SparseRow;

/// Makes the judge's table of weights from labelled replies.
///
/// L2 logistic regression with cost 10 over the features of [ReplyFeatures]. A run of words must
/// occur in at least three rows and hold no topic word, that is no word other than a function word
/// that at least five of the training prompts hold: what is asked about must not decide whether the
/// answer counts as a refusal. The largest weights up to 2,000 are kept and fitted once more.
///
/// Source: Reuter and Schulze 2023; the topic filter and the second fit are our own.
public final class JudgeTraining {
  private static final double COST = 10;
  private static final int MIN_ROWS = 3;
  private static final int TOPIC_PROMPTS = 5;
  private static final int MAX_GRAMS = JudgeWeightsIo.MAX_WEIGHTS - ReplyFeatures.FLAGS.size() - 1;
  private static final double STEPS = 1e4;

  private final List<Set<String>> features = new ArrayList<>();
  private final boolean[] refused;
  private final Set<String> topic;

  private JudgeTraining(List<LabelledReply> rows) {
    List<LabelledReply> binary = rows.stream().filter(row -> row.refused().isPresent()).toList();
    refused = new boolean[binary.size()];
    for (int index = 0; index < refused.length; index++) {
      LabelledReply row = binary.get(index);
      refused[index] = row.refused().orElseThrow();
      ReplyText text = new ReplyText(row.reply());
      features.add(ReplyFeatures.of(text, new Cues(text), row.reply().prompt()));
    }
    topic = topicWords(binary);
  }

  /// Trains on replies with a binary label; those without one do not count.
  ///
  /// @throws org.demur.eval.EvalException when the rows are all on one side
  public static JudgeWeights train(List<LabelledReply> rows) {
    JudgeTraining training = new JudgeTraining(rows);
    Map<String, Double> first = training.fit(training.frequent()).weights();
    Set<String> kept =
        first.entrySet().stream()
            .filter(entry -> !entry.getKey().startsWith(ReplyFeatures.FLAG))
            .sorted(
                Comparator.<Map.Entry<String, Double>>comparingDouble(e -> -Math.abs(e.getValue()))
                    .thenComparing(Map.Entry::getKey))
            .limit(MAX_GRAMS)
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(TreeSet::new));
    return training.fit(kept);
  }

  private JudgeWeights fit(Set<String> grams) {
    Map<String, Integer> columns = new TreeMap<>();
    Set<String> names = new TreeSet<>(grams);
    names.addAll(ReplyFeatures.FLAGS);
    names.forEach(name -> columns.put(name, columns.size()));
    List<SparseRow> rows = features.stream().map(row -> row(row, columns)).toList();
    LinearModel model = LogisticRegression.fit(rows, refused, columns.size(), COST);
    Map<String, Double> weights = new HashMap<>();
    columns.forEach((name, column) -> weights.put(name, rounded(model.weights()[column])));
    return new JudgeWeights(rounded(model.bias()), weights);
  }

  private static SparseRow row(Set<String> features, Map<String, Integer> columns) {
    Map<Integer, Double> entries = new HashMap<>();
    for (String feature : features) {
      Integer column = columns.get(feature);
      if (column != null) {
        entries.put(column, ReplyFeatures.value(feature));
      }
    }
    return SparseRow.of(entries);
  }

  private Set<String> frequent() {
    Map<String, Integer> counts = new HashMap<>();
    features.forEach(row -> row.forEach(feature -> counts.merge(feature, 1, Integer::sum)));
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() >= MIN_ROWS)
        .map(Map.Entry::getKey)
        .filter(feature -> !feature.startsWith(ReplyFeatures.FLAG))
        .filter(
            gram ->
                List.of(gram.split(" ", -1)).stream()
                    .map(Words::singular)
                    .noneMatch(topic::contains))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> topicWords(List<LabelledReply> rows) {
    Map<String, Integer> prompts = new HashMap<>();
    for (LabelledReply row : rows) {
      Words.topic(Words.of(row.reply().prompt()))
          .forEach(word -> prompts.merge(word, 1, Integer::sum));
    }
    return prompts.entrySet().stream()
        .filter(entry -> entry.getValue() >= TOPIC_PROMPTS)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /// The table holds four decimals; so does the judge that is measured.
  private static double rounded(double weight) {
    return Math.rint(weight * STEPS) / STEPS;
  }
}
