package org.demur.harden.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.demur.report.ExplanationReport.LayerFigures;
import org.demur.report.ExplanationReport.Movement;
import org.demur.report.ExplanationReport.Picture;
import org.demur.report.ExplanationReport.PictureGroup;
import org.demur.report.ExplanationReport.Shift;
import org.demur.report.Figures;
import org.demur.report.Measured;
import org.demur.stats.Matrix;
import org.demur.stats.PrincipalComponents;

/// A1 and A2: where test prompts lie along u, and where the attack moves them.
///
/// @param directions u of every layer
/// @param prompts what was read
/// @param everyday readings of everyday requests
/// @param twins readings of harmless twins
/// @param harmful readings of harmful requests
/// @param attacked readings of the attacked prompts
/// @param benign readings of the prompts with a benign suffix
/// @param summaries makes intervals
record Geometry(
    LayerDirections directions,
    ExplainPrompts prompts,
    Readings everyday,
    Readings twins,
    Readings harmful,
    Readings attacked,
    Readings benign,
    Summaries summaries) {

  /// A1 and A2 at every layer.
  List<LayerFigures> layers() {
    List<LayerFigures> layers = new ArrayList<>();
    for (int layer = 0; layer < directions.nLayers(); layer++) {
      layers.add(directions.known(layer) ? figures(layer) : none(layer));
    }
    return layers;
  }

  private static LayerFigures none(int layer) {
    Measured nothing = Measured.tooFew(0);
    return new LayerFigures(
        layer, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, nothing, nothing, nothing);
  }

  private LayerFigures figures(int layer) {
    double[] plain = projections(harmful, layer);
    double[] behind = prompts.perRequest(projections(attacked, layer));
    return new LayerFigures(
        layer,
        directions.length(layer),
        LayerDirections.mean(projections(everyday, layer)),
        LayerDirections.mean(projections(twins, layer)),
        LayerDirections.mean(plain),
        LayerDirections.mean(behind),
        summaries.difference(behind, plain),
        shift(attacked, layer).cosine(summaries),
        shift(benign, layer).cosine(summaries));
  }

  private double[] projections(Readings readings, int layer) {
    return readings.projections(layer, directions.unit(layer));
  }

  /// A1 at one layer. The mean of everyday requests is taken as exact.
  Movement movement(int layer) {
    double[] plain = projections(harmful, layer);
    double centre = LayerDirections.mean(projections(everyday, layer));
    double[] gaps = Arrays.stream(plain).map(value -> value - centre).toArray();
    double[] behind = prompts.perRequest(projections(attacked, layer));
    double[] beside = prompts.perRequest(projections(benign, layer));
    double[] closed = new double[plain.length];
    for (int i = 0; i < closed.length; i++) {
      closed[i] = plain[i] - behind[i];
    }
    return new Movement(
        summaries.mean(gaps),
        summaries.difference(behind, plain),
        summaries.difference(beside, plain),
        summaries.ratio(closed, gaps));
  }

  /// A2 at one layer.
  ///
  /// @param random draws the directions that the cosines are compared with
  Shift shift(int layer, int randomDirections, SplittableRandom random) {
    AttackShift attack = shift(attacked, layer);
    AttackShift control = shift(benign, layer);
    double[] unit = directions.unit(layer);
    double[] cosines = new double[randomDirections];
    for (int i = 0; i < cosines.length; i++) {
      double[] drawn = random.doubles(unit.length).map(any -> random.nextGaussian()).toArray();
      cosines[i] = -Readings.dot(drawn, unit) / Math.sqrt(Readings.dot(drawn, drawn));
    }
    Arrays.sort(cosines);
    int cut = (int) Math.round(0.025 * (cosines.length - 1));
    return new Shift(
        attack.cosine(summaries),
        control.cosine(summaries),
        attack.over(control, summaries),
        cosines[cut],
        cosines[cosines.length - 1 - cut],
        cosines.length);
  }

  /// Shift of each request: the mean over its prompts behind the attack, minus the request.
  private AttackShift shift(Readings moved, int layer) {
    double[] unit = directions.unit(layer);
    double[][] shifts = new double[harmful.rows().size()][unit.length];
    int[] counts = new int[shifts.length];
    for (int i = 0; i < moved.rows().size(); i++) {
      int request = prompts.requestOf().get(i);
      double[] vector = moved.at(i, layer);
      counts[request]++;
      for (int j = 0; j < vector.length; j++) {
        shifts[request][j] += vector[j];
      }
    }
    for (int request = 0; request < shifts.length; request++) {
      double[] plain = harmful.at(request, layer);
      for (int j = 0; j < plain.length; j++) {
        shifts[request][j] = shifts[request][j] / Math.max(1, counts[request]) - plain[j];
      }
    }
    return new AttackShift(shifts, unit);
  }

  /// Prompts of one layer on the principal components of those that are not attacked.
  Picture picture(int layer) {
    List<Readings> plain = List.of(everyday, twins, harmful);
    if (plain.stream().mapToInt(one -> one.rows().size()).sum() < Figures.FEWEST
        || plain.stream().anyMatch(one -> one.rows().isEmpty())) {
      return new Picture(layer, Double.NaN, Double.NaN, List.of());
    }
    PrincipalComponents components = PrincipalComponents.fit(matrix(plain, layer));
    List<PictureGroup> groups =
        List.of(
            group("everyday", components, everyday, layer),
            group("twins", components, twins, layer),
            group("harmful", components, harmful, layer),
            group("attacked", components, attacked, layer));
    double[] explained = components.explainedShare();
    return new Picture(layer, explained[0], explained[1], groups);
  }

  private static PictureGroup group(
      String name, PrincipalComponents components, Readings readings, int layer) {
    Matrix places = components.project(matrix(List.of(readings), layer));
    List<Double> xs = new ArrayList<>();
    List<Double> ys = new ArrayList<>();
    for (int row = 0; row < places.rows(); row++) {
      xs.add(places.at(row, 0));
      ys.add(places.at(row, 1));
    }
    return new PictureGroup(name, xs, ys);
  }

  private static Matrix matrix(List<Readings> readings, int layer) {
    List<double[]> vectors = new ArrayList<>();
    for (Readings one : readings) {
      for (int i = 0; i < one.rows().size(); i++) {
        vectors.add(one.at(i, layer));
      }
    }
    int width = vectors.getFirst().length;
    double[] values = new double[vectors.size() * width];
    for (int row = 0; row < vectors.size(); row++) {
      System.arraycopy(vectors.get(row), 0, values, row * width, width);
    }
    return new Matrix(vectors.size(), width, values);
  }
}
