package org.demur.harden.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Plan;
import org.demur.report.ExplanationReport.HarmlessCost;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// A5: what edits cost on helpful replies to harmless requests.
final class HarmlessText {
  private static final int ROWS_AT_ONCE = 4;

  private final LanguageModel model;
  private final List<Prompt> rows;

  /// @param model in the state that is explained
  /// @param rows questions with the replies that are scored, see [Prompt#followedBy]
  HarmlessText(LanguageModel model, List<Prompt> rows) {
    this.model = model;
    this.rows = List.copyOf(rows);
  }

  /// What edits do to one reply, means over its tokens.
  ///
  /// @param crossEntropy with the edits, nats per token
  /// @param divergence KL divergence of the next token from that without edits, nats
  record Scores(double crossEntropy, double divergence) {}

  /// Scores of every reply under each of some plans; the scores of one plan are one list.
  List<List<Scores>> scores(List<Plan> plans) {
    List<List<Scores>> all = new ArrayList<>();
    plans.forEach(plan -> all.add(new ArrayList<>()));
    for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
      List<Prompt> batch = rows.subList(from, Math.min(from + ROWS_AT_ONCE, rows.size()));
      try (ForwardResult plain = model.forward(batch, request(Plan.NONE))) {
        for (int plan = 0; plan < plans.size(); plan++) {
          try (ForwardResult edited = model.forward(batch, request(plans.get(plan)))) {
            for (int row = 0; row < batch.size(); row++) {
              all.get(plan).add(scores(batch.get(row), plain, edited, row));
            }
          }
        }
      }
    }
    return all;
  }

  private static ForwardRequest request(Plan plan) {
    ForwardRequest logits = ForwardRequest.logitsAt(Positions.ALL);
    return plan.isEmpty() ? logits : logits.with(plan);
  }

  private static Scores scores(Prompt prompt, ForwardResult plain, ForwardResult edited, int row) {
    int first = prompt.promptLength() - 1;
    int count = prompt.length() - prompt.promptLength();
    int[] ids = prompt.ids();
    long[] labels = IntStream.range(0, count).mapToLong(i -> ids[first + 1 + i]).toArray();
    try (Scope scope = Scope.open()) {
      Tensor before = plain.logits(row).narrow(0, first, count).logSoftmax(-1);
      Tensor after = edited.logits(row).narrow(0, first, count).logSoftmax(-1);
      Tensor probabilities = plain.logits(row).narrow(0, first, count).softmax(-1);
      double divergence = probabilities.multiply(before.subtract(after)).sum().item() / count;
      Tensor places = Tensors.ofLongs(labels, after.device(), count, 1);
      double likelihood = after.gather(1, places).sum().item();
      return new Scores(-likelihood / count, divergence);
    }
  }

  /// Both forms of ablation.
  HarmlessCost run(LayerDirections directions, Summaries summaries) {
    List<List<Scores>> found = scores(List.of(Plan.NONE, directions.zero(), directions.recentre()));
    double[] plain = crossEntropies(found.get(0));
    double[] zero = crossEntropies(found.get(1));
    double[] recentred = crossEntropies(found.get(2));
    double[] zeroDivergence = divergences(found.get(1));
    double[] recentredDivergence = divergences(found.get(2));
    return new HarmlessCost(
        summaries.mean(plain),
        summaries.difference(zero, plain),
        summaries.difference(recentred, plain),
        summaries.mean(zeroDivergence),
        summaries.mean(recentredDivergence),
        summaries.difference(zeroDivergence, recentredDivergence),
        summaries.difference(zero, recentred));
  }

  private static double[] crossEntropies(List<Scores> scores) {
    return scores.stream().mapToDouble(Scores::crossEntropy).toArray();
  }

  private static double[] divergences(List<Scores> scores) {
    return scores.stream().mapToDouble(Scores::divergence).toArray();
  }
}
