package org.demur.report;

import java.util.ArrayList;
import java.util.List;

/// The guard of the made-up report.
final class ExampleGuard {
  private static final List<String> CATEGORIES =
      List.of(
          "violent crimes",
          "non-violent crimes",
          "fraud",
          "privacy",
          "weapons",
          "hate",
          "self-harm",
          "specialised advice",
          "defamation",
          "intellectual property",
          "elections");

  private ExampleGuard() {}

  static List<String> categories() {
    return CATEGORIES;
  }

  static GuardSection section() {
    return new GuardSection(
        new Measured(0.943, 0.899, 0.978, 128),
        new Measured(0.54, 0.38, 0.71, 64),
        new Measured(0.77, 0.62, 0.88, 64),
        new GuardSection.OperatingPoint(
            0, ExampleReport.rate(101, 128), ExampleReport.rate(23, 64)),
        new GuardSection.OperatingPoint(
            0.0042, ExampleReport.rate(113, 128), ExampleReport.rate(7, 64)),
        curves(),
        rows(),
        List.of(
            baseline("bag of words", 0.71, 0.23),
            baseline("last token", 0.52, 0.42),
            baseline("length", 0.49, 0.45)));
  }

  private static GuardSection.Baseline baseline(String name, double auroc, double margin) {
    return new GuardSection.Baseline(
        name, ExampleReport.measured(auroc, 0.09, 128), ExampleReport.measured(margin, 0.09, 128));
  }

  private static GuardSection.Curves curves() {
    List<GuardSection.RocPoint> roc = new ArrayList<>();
    for (int step = 0; step <= 64; step++) {
      double x = step / 64.0;
      roc.add(new GuardSection.RocPoint(x, Math.pow(x, 0.06) * (x == 0 ? 0.3 : 1)));
    }
    List<Double> edges = new ArrayList<>();
    List<Integer> harmful = new ArrayList<>();
    List<Integer> harmless = new ArrayList<>();
    for (int bin = 0; bin <= 20; bin++) {
      double centre = -0.05 + bin * 0.005;
      edges.add(centre);
      if (bin < 20) {
        harmful.add((int) Math.round(11 * Math.exp(-Math.pow((centre - 0.022) / 0.013, 2))));
        harmless.add((int) Math.round(12 * Math.exp(-Math.pow((centre + 0.014) / 0.012, 2))));
      }
    }
    List<GuardSection.CalibrationPoint> points =
        List.of(
            new GuardSection.CalibrationPoint(0.06, ExampleReport.rate(1, 29)),
            new GuardSection.CalibrationPoint(0.27, ExampleReport.rate(8, 24)),
            new GuardSection.CalibrationPoint(0.51, ExampleReport.rate(10, 21)),
            new GuardSection.CalibrationPoint(0.74, ExampleReport.rate(18, 22)),
            new GuardSection.CalibrationPoint(0.93, ExampleReport.rate(31, 32)));
    return new GuardSection.Curves(roc, edges, harmful, harmless, points);
  }

  private static List<GuardSection.CategoryRow> rows() {
    List<GuardSection.CategoryRow> rows = new ArrayList<>();
    for (int index = 0; index < CATEGORIES.size(); index++) {
      boolean tooFew = index == CATEGORIES.size() - 1;
      int n = tooFew ? 2 : 6;
      rows.add(
          new GuardSection.CategoryRow(
              CATEGORIES.get(index),
              n,
              n,
              tooFew
                  ? Measured.tooFew(4)
                  : new Measured(1 - index * 0.021, 0.7 - index * 0.03, 1, 12),
              tooFew,
              tooFew ? Rate.tooFew(1, 2) : ExampleReport.rate(6 - index % 3, 6),
              tooFew ? Rate.tooFew(2, 2) : ExampleReport.rate(6 - index % 4, 6)));
    }
    return rows;
  }
}
