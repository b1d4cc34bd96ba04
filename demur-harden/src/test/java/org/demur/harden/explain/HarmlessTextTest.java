package org.demur.harden.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.demur.directions.NextToken;
import org.demur.directions.ResidualRow;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Plan;
import org.demur.report.ExplanationReport.HarmlessCost;
import org.demur.tensor.Scope;
import org.junit.jupiter.api.Test;

class HarmlessTextTest {
  private static final List<Prompt> ROWS =
      Toy.prompts(6, 11).stream().map(prompt -> prompt.followedBy(7, 8, 30)).toList();

  private static double[] probabilities(LanguageModel model, Plan plan, Prompt row, int position) {
    ForwardRequest request = ForwardRequest.logitsAt(Positions.ALL);
    try (ForwardResult result =
            model.forward(List.of(row), plan.isEmpty() ? request : request.with(plan));
        Scope scope = Scope.open()) {
      float[] all = result.logits(0).toFloats();
      int width = all.length / row.length();
      return NextToken.probabilities(
          Arrays.copyOfRange(all, position * width, (position + 1) * width));
    }
  }

  @Test
  void scoresAreThoseOfTheReplysTokens() {
    try (LanguageModel model = Toy.model()) {
      Plan zero = Toy.directions(model).zero();
      List<List<HarmlessText.Scores>> scores =
          new HarmlessText(model, ROWS).scores(List.of(Plan.NONE, zero));
      Prompt row = ROWS.get(5);
      double crossEntropy = 0;
      double divergence = 0;
      for (int i = 0; i < 3; i++) {
        int position = row.promptLength() - 1 + i;
        double[] plain = probabilities(model, Plan.NONE, row, position);
        double[] edited = probabilities(model, zero, row, position);
        crossEntropy -= Math.log(edited[row.ids()[position + 1]]) / 3;
        for (int id = 0; id < plain.length; id++) {
          divergence += plain[id] * Math.log(plain[id] / edited[id]) / 3;
        }
      }
      assertThat(scores.get(1).get(5).crossEntropy()).isCloseTo(crossEntropy, within(1e-4));
      assertThat(scores.get(1).get(5).divergence()).isCloseTo(divergence, within(1e-4));
      assertThat(scores.get(0)).allMatch(one -> Math.abs(one.divergence()) < 1e-6);
    }
  }

  @Test
  void bothFormsOfAblationCostTheSameWhereEverydayPromptsHaveNoComponent() {
    try (LanguageModel model = Toy.model()) {
      Readings harmful = Readings.of(model, Toy.prompts(8, 1), Toy.TOKENS);
      Readings empty =
          new Readings(
              harmful.rows().stream()
                  .map(
                      row -> {
                        float[] values = new float[row.values().length];
                        return new ResidualRow(1, row.rows(), row.dModel(), values);
                      })
                  .toList(),
              harmful.logOdds());
      HarmlessText text = new HarmlessText(model, ROWS);
      HarmlessCost same = text.run(new LayerDirections(harmful, empty), new Summaries(0));
      assertThat(same.zeroDivergence().value()).isPositive();
      assertThat(same.divergenceDifference().value()).isCloseTo(0, within(1e-6));
      assertThat(same.crossEntropyDifference().value()).isCloseTo(0, within(1e-6));
      HarmlessCost other = text.run(Toy.directions(model), new Summaries(0));
      assertThat(Math.abs(other.divergenceDifference().value())).isGreaterThan(1e-6);
    }
  }
}
