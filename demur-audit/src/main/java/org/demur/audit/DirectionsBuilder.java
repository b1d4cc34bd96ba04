package org.demur.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.demur.directions.Candidate;
import org.demur.directions.CandidateScores;
import org.demur.directions.DirectionTable;
import org.demur.directions.MeanTable;
import org.demur.directions.SelectionResult;
import org.demur.report.DirectionsSection;
import org.demur.report.Figures;
import org.demur.report.PcaPlot;
import org.demur.stats.Matrix;
import org.demur.stats.PrincipalComponents;

/// The section on directions, and the plots of principal components.
final class DirectionsBuilder {
  /// Fewer prompts than this in a behaviour cell are too few for a direction (our bound).
  static final int FEWEST_PER_CELL = 15;

  private static final int FEWEST_PER_CATEGORY = 5;
  private static final int TOP = 3;

  private final TrainPass train;
  private final ScoredCases test;
  private final List<String> positions;
  private final int nLayers;
  private final DirectionTable tInst;

  DirectionsBuilder(TrainPass train, ScoredCases test, List<String> positions, int nLayers) {
    this.train = train;
    this.test = test;
    this.positions = positions;
    this.nLayers = nLayers;
    this.tInst = train.harmfulness().direction();
  }

  /// Whether both cells hold enough prompts for a refusal direction.
  static boolean enoughRefusals(TrainPass train) {
    return train.refusal().positive().count() >= FEWEST_PER_CELL
        && train.refusal().negative().count() >= FEWEST_PER_CELL;
  }

  DirectionsSection build(SelectionResult selection, int categoryLayer) {
    boolean enough = enoughRefusals(train);
    DirectionTable candidates = train.candidates();
    DirectionTable refusal = enough ? train.refusal().direction() : candidates;
    int refusalSpot = enough ? 0 : candidates.spots() - 1;
    return new DirectionsSection(
        positions,
        nLayers,
        candidates(selection),
        selection(selection),
        profile("t_inst", tInst, 0, test.separationAtTInst()),
        profile("t_post-inst", refusal, refusalSpot, test.separationAtLast()),
        "AUROC of the projection on the direction, harmful against harmless test prompts",
        cosine(enough, refusal),
        categories(categoryLayer));
  }

  private DirectionsSection.Candidates candidates(SelectionResult selection) {
    double[][][] tables = new double[3][positions.size()][nLayers];
    for (double[][] table : tables) {
      for (double[] row : table) {
        Arrays.fill(row, Double.NaN);
      }
    }
    selection
        .scores()
        .forEach(
            (candidate, scores) -> {
              int position = positions.size() + candidate.position();
              tables[0][position][candidate.layer()] = scores.bypass();
              tables[1][position][candidate.layer()] = scores.induce();
              tables[2][position][candidate.layer()] = scores.kl();
            });
    return new DirectionsSection.Candidates(lists(tables[0]), lists(tables[1]), lists(tables[2]));
  }

  private static List<List<Double>> lists(double[][] table) {
    List<List<Double>> lists = new ArrayList<>();
    for (double[] row : table) {
      lists.add(Figures.list(row));
    }
    return lists;
  }

  private DirectionsSection.Selection selection(SelectionResult selection) {
    Optional<DirectionsSection.Candidate> selected = Optional.empty();
    if (selection.selected().isPresent()) {
      Candidate candidate = selection.selected().get();
      CandidateScores scores = selection.selectedScores().orElseThrow();
      selected =
          Optional.of(
              new DirectionsSection.Candidate(
                  positions.size() + candidate.position(),
                  candidate.layer(),
                  scores.bypass(),
                  scores.induce(),
                  scores.kl()));
    }
    return new DirectionsSection.Selection(
        selected,
        selection.kept(),
        selection.scores().size(),
        new LinkedHashMap<>(selection.discarded()),
        selection.relaxed());
  }

  private DirectionsSection.Profile profile(
      String position, DirectionTable directions, int spot, double[] separation) {
    List<Double> norm = new ArrayList<>();
    List<Double> share = new ArrayList<>();
    List<Double> areas = new ArrayList<>();
    for (int layer = 0; layer < nLayers; layer++) {
      norm.add(directions.norm(spot, layer));
      share.add(directions.topShare(spot, layer, TOP));
      areas.add(separation[layer]);
    }
    return new DirectionsSection.Profile(position, norm, share, areas);
  }

  private DirectionsSection.Cosine cosine(boolean enough, DirectionTable refusal) {
    List<Double> byLayer = new ArrayList<>();
    for (int layer = 0; enough && layer < nLayers; layer++) {
      byLayer.add(tInst.cosine(0, layer, refusal, 0));
    }
    return new DirectionsSection.Cosine(
        byLayer,
        (int) train.refusal().positive().count(),
        (int) train.refusal().negative().count(),
        !enough);
  }

  private DirectionsSection.CategoryCosines categories(int layer) {
    Map<String, DirectionTable> directions = new TreeMap<>();
    train
        .harmfulness()
        .categories()
        .forEach(
            (name, table) -> {
              if (table.count() >= FEWEST_PER_CATEGORY) {
                directions.put(name, direction(table));
              }
            });
    List<List<Double>> values = new ArrayList<>();
    for (DirectionTable one : directions.values()) {
      List<Double> row = new ArrayList<>();
      for (DirectionTable other : directions.values()) {
        row.add(one.cosine(0, layer, other, 0));
      }
      values.add(row);
    }
    return new DirectionsSection.CategoryCosines(layer, List.copyOf(directions.keySet()), values);
  }

  private DirectionTable direction(MeanTable harmful) {
    return harmful.minus(train.harmfulness().negative());
  }

  /// Both positions at one layer.
  List<PcaPlot> plots(int layer, List<JudgedReply> replies) {
    return List.of(
        plot("t_inst", layer, test.tInstVectors(), replies),
        plot("t_post-inst", layer, test.lastVectors(), replies));
  }

  private PcaPlot plot(
      String position, int layer, List<float[]> vectors, List<JudgedReply> replies) {
    int width = vectors.getFirst().length;
    double[] values = new double[vectors.size() * width];
    for (int row = 0; row < vectors.size(); row++) {
      for (int i = 0; i < width; i++) {
        values[row * width + i] = vectors.get(row)[i];
      }
    }
    Matrix data = new Matrix(vectors.size(), width, values);
    PrincipalComponents components = PrincipalComponents.fit(data);
    Matrix projected = components.project(data);
    List<PcaPlot.PcaPoint> points = new ArrayList<>();
    for (int row = 0; row < vectors.size(); row++) {
      points.add(
          new PcaPlot.PcaPoint(
              projected.at(row, 0),
              projected.at(row, 1),
              Figures.label(test.cases().get(row).harmful()),
              replies.get(row).declined()));
    }
    return new PcaPlot(
        position, layer, components.explainedShare()[0], components.explainedShare()[1], points);
  }
}
