package org.demur.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.demur.directions.DirectionTable;
import org.demur.directions.NextToken;
import org.demur.directions.RefusalTokens;
import org.demur.directions.ResidualReader;
import org.demur.directions.ResidualRow;
import org.demur.directions.Spots;
import org.demur.guard.LatentGuard;
import org.demur.model.intervention.Plan;
import org.demur.stats.Auroc;
import org.jspecify.annotations.Nullable;

/// What one pass over prompts says about each of them.
///
/// **Shapes.** Arrays of scores `[prompt]`, of projections `[row][prompt]`, of vectors
/// `[prompt][dModel]`.
final class ScoredCases {
  private final List<PromptCase> cases;
  private final double[] harmfulness;
  private final double[] refusal;
  private final double[] logOdds;
  private final double[][] onHarmfulness;
  private final double[][] onRefusal;
  private final List<float[]> tInstVectors = new ArrayList<>();
  private final List<float[]> lastVectors = new ArrayList<>();

  /// What prompts are compared with.
  ///
  /// @param harmfulness the guard at t_inst
  /// @param refusal the guard at the last token, or null with too few refusals
  /// @param tInst difference in means at t_inst
  /// @param last difference in means at the last token
  record Yardsticks(
      LatentGuard harmfulness,
      @Nullable LatentGuard refusal,
      DirectionTable tInst,
      DirectionTable last,
      RefusalTokens tokens) {}

  private ScoredCases(List<PromptCase> cases, int rows) {
    this.cases = cases;
    int n = cases.size();
    this.harmfulness = new double[n];
    this.refusal = new double[n];
    this.logOdds = new double[n];
    this.onHarmfulness = new double[rows][n];
    this.onRefusal = new double[rows][n];
  }

  /// Runs the prompts once.
  ///
  /// @param vectorRow row whose vectors are kept
  static ScoredCases run(
      AuditedModel subject, List<PromptCase> cases, Yardsticks yardsticks, OptionalInt vectorRow) {
    ResidualReader reader = new ResidualReader(subject.model());
    ScoredCases scored = new ScoredCases(cases, reader.rows());
    cases.forEach(
        one -> {
          scored.tInstVectors.add(new float[0]);
          scored.lastVectors.add(new float[0]);
        });
    reader.read(
        Cases.tokens(cases),
        Spots.BOTH,
        Plan.NONE,
        true,
        (index, row, logits) -> {
          scored.take(index, row, yardsticks);
          scored.logOdds[index] = NextToken.refusalLogOdds(logits, yardsticks.tokens().ids());
          vectorRow.ifPresent(at -> scored.keepVectors(index, row, at));
        });
    return scored;
  }

  private void take(int index, ResidualRow row, Yardsticks yardsticks) {
    harmfulness[index] = yardsticks.harmfulness().score(row, 0).score();
    LatentGuard second = yardsticks.refusal();
    refusal[index] = second == null ? Double.NaN : second.score(row, 1).score();
    for (int at = 0; at < onHarmfulness.length; at++) {
      onHarmfulness[at][index] = project(row, 0, at, yardsticks.tInst());
      onRefusal[at][index] = project(row, 1, at, yardsticks.last());
    }
  }

  /// Projection on the unit direction; 0 for a direction of length 0.
  private static double project(ResidualRow row, int spot, int at, DirectionTable directions) {
    float[] direction = directions.vector(0, at);
    int from = row.offset(spot, at);
    double dot = 0;
    for (int i = 0; i < direction.length; i++) {
      dot += (double) row.values()[from + i] * direction[i];
    }
    double norm = directions.norm(0, at);
    return norm == 0 ? 0 : dot / norm;
  }

  private void keepVectors(int index, ResidualRow row, int at) {
    int width = row.dModel();
    float[] values = row.values();
    tInstVectors.set(
        index, Arrays.copyOfRange(values, row.offset(0, at), row.offset(0, at) + width));
    lastVectors.set(
        index, Arrays.copyOfRange(values, row.offset(1, at), row.offset(1, at) + width));
  }

  List<PromptCase> cases() {
    return cases;
  }

  /// Belief of harmfulness of one prompt.
  double harmfulness(int index) {
    return harmfulness[index];
  }

  /// Belief of refusal of one prompt; NaN with too few refusals.
  double refusal(int index) {
    return refusal[index];
  }

  /// Refusal log-odds of one prompt, in nats.
  double logOdds(int index) {
    return logOdds[index];
  }

  /// Scores of the guard by label.
  double[] harmfulness(boolean harmful) {
    return byLabel(harmfulness, harmful);
  }

  /// Refusal log-odds by label, in nats.
  double[] logOdds(boolean harmful) {
    return byLabel(logOdds, harmful);
  }

  /// For every row the AUROC of the projection at t_inst, harmful against harmless prompts.
  double[] separationAtTInst() {
    return separation(onHarmfulness);
  }

  /// For every row the AUROC of the projection at the last token.
  double[] separationAtLast() {
    return separation(onRefusal);
  }

  List<float[]> tInstVectors() {
    return tInstVectors;
  }

  List<float[]> lastVectors() {
    return lastVectors;
  }

  private double[] separation(double[][] projections) {
    double[] areas = new double[projections.length];
    for (int row = 0; row < areas.length; row++) {
      areas[row] = Auroc.of(byLabel(projections[row], true), byLabel(projections[row], false));
    }
    return areas;
  }

  private double[] byLabel(double[] values, boolean harmful) {
    List<Double> chosen = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (cases.get(i).harmful() == harmful) {
        chosen.add(values[i]);
      }
    }
    return chosen.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
