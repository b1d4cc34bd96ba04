package org.demur.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/// The directions and projections of the made-up report.
final class ExampleDirections {
  private static final int LAYERS = 30;
  private static final List<String> POSITIONS =
      List.of("<|im_end|>", "\n", "<|im_start|>", "assistant", "\n");

  private ExampleDirections() {}

  static DirectionsSection section() {
    Map<String, Integer> discarded = new LinkedHashMap<>();
    discarded.put("late layer", 30);
    discarded.put("divergence", 41);
    discarded.put("induce", 62);
    return new DirectionsSection(
        POSITIONS,
        LAYERS,
        new DirectionsSection.Candidates(
            table((position, layer) -> -5.5 * bump(layer, 15, 6) * (0.5 + 0.1 * position) + 2.5),
            table((position, layer) -> 9 * bump(layer, 14, 5) * (0.5 + 0.1 * position) - 4),
            table(
                (position, layer) ->
                    layer == 0 && position == 2 ? Double.NaN : 0.02 + 0.9 * bump(layer, 29, 9))),
        new DirectionsSection.Selection(
            Optional.of(new DirectionsSection.Candidate(4, 15, -2.45, 4.1, 0.066)),
            17,
            150,
            discarded,
            true),
        new DirectionsSection.Profile(
            "t_inst",
            layers(layer -> 1.5 + layer * layer * 0.09),
            layers(layer -> 0.12 + 0.5 * bump(layer, 2, 3)),
            layers(layer -> layer == 0 ? 0.5 : 0.55 + 0.39 * bump(layer, 17, 14))),
        new DirectionsSection.Profile(
            "t_post-inst",
            layers(layer -> layer == 0 ? 0 : 1 + layer * layer * 0.12),
            layers(layer -> layer == 0 ? Double.NaN : 0.08 + 0.4 * bump(layer, 3, 4)),
            layers(layer -> layer == 0 ? Double.NaN : 0.5 + 0.46 * bump(layer, 22, 13))),
        "AUROC of the projection",
        new DirectionsSection.Cosine(
            layers(layer -> layer == 0 ? Double.NaN : 0.28 * bump(layer, 20, 9) - 0.05),
            68,
            60,
            false),
        categories());
  }

  private static DirectionsSection.CategoryCosines categories() {
    List<String> names = ExampleGuard.categories().subList(0, 10);
    Random random = new Random(5);
    double[][] cosines = new double[names.size()][names.size()];
    for (int row = 0; row < names.size(); row++) {
      cosines[row][row] = 1;
      for (int column = 0; column < row; column++) {
        cosines[row][column] = 0.4 + 0.4 * random.nextDouble();
        cosines[column][row] = cosines[row][column];
      }
    }
    List<List<Double>> values = new ArrayList<>();
    for (double[] row : cosines) {
      List<Double> boxed = new ArrayList<>();
      for (double value : row) {
        boxed.add(value);
      }
      values.add(boxed);
    }
    return new DirectionsSection.CategoryCosines(14, names, values);
  }

  static List<PcaPlot> pca() {
    return List.of(
        plot("t_inst (last token of the user's text)", true),
        plot("t_post-inst (last token of the prompt)", false));
  }

  private static PcaPlot plot(String position, boolean byLabel) {
    Random random = new Random(byLabel ? 3 : 4);
    List<PcaPlot.PcaPoint> points = new ArrayList<>();
    for (int index = 0; index < 128; index++) {
      boolean harmful = index % 2 == 0;
      boolean refused = random.nextDouble() < (harmful ? 0.83 : 0.22);
      double centre = (byLabel ? harmful : refused) ? 1.6 : -1.6;
      points.add(
          new PcaPlot.PcaPoint(
              centre + random.nextGaussian() * 0.9,
              random.nextGaussian() * 1.1,
              harmful ? PromptLabel.HARMFUL : PromptLabel.HARMLESS,
              refused));
    }
    return new PcaPlot(position, 15, 0.312, 0.118, points);
  }

  private interface Score {
    double at(int position, int layer);
  }

  private static List<List<Double>> table(Score score) {
    List<List<Double>> rows = new ArrayList<>();
    for (int index = 0; index < POSITIONS.size(); index++) {
      int position = index;
      rows.add(layers(layer -> score.at(position, layer)));
    }
    return rows;
  }

  private static List<Double> layers(IntToDoubleFunction value) {
    List<Double> values = new ArrayList<>();
    for (int layer = 0; layer < LAYERS; layer++) {
      values.add(value.applyAsDouble(layer));
    }
    return values;
  }

  private static double bump(int layer, double centre, double width) {
    return Math.exp(-Math.pow((layer - centre) / width, 2));
  }
}
