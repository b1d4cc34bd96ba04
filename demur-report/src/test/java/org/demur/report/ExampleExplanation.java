package org.demur.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.demur.report.ExplanationReport.Answer;
import org.demur.report.ExplanationReport.Causality;
import org.demur.report.ExplanationReport.ExplainedState;
import org.demur.report.ExplanationReport.Finding;
import org.demur.report.ExplanationReport.HarmlessCost;
import org.demur.report.ExplanationReport.LayerFigures;
import org.demur.report.ExplanationReport.Movement;
import org.demur.report.ExplanationReport.Picture;
import org.demur.report.ExplanationReport.PictureGroup;
import org.demur.report.ExplanationReport.Shift;
import org.demur.report.ExplanationReport.StateAnswer;
import org.demur.report.ExplanationReport.WorstCase;

/// An explanation with made-up values: one state where everything was measured, one with too few
/// requests for anything.
public final class ExampleExplanation {
  private ExampleExplanation() {}

  private static Measured at(double value) {
    return new Measured(value, value - 0.2, value + 0.2, 12);
  }

  /// The report.
  public static ExplanationReport two() {
    Finding finding =
        new Finding(
            "A1",
            "attacks move <prompts>",
            "A1, attacks move <prompts>. rt: holds.",
            List.of(
                new StateAnswer("rt", Answer.HOLDS, "moved by -2.00"),
                new StateAnswer("refat", Answer.UNTESTABLE, "too few requests, n = 2")));
    return new ExplanationReport(
        ExplanationReport.SCHEMA_VERSION,
        "2026-01-01T09:30:00Z",
        "runs/example",
        "tiny",
        "quick",
        3,
        Map.of("steps of projected gradient descent (A4)", "5"),
        List.of(finding),
        List.of(measured(), sparse()),
        new Costs(10, 200, 4, 2, 0, List.of(new Costs.Stage("rt: directions", 1.5)), 1_000_000),
        List.of("It is made up."));
  }

  private static ExplainedState measured() {
    List<LayerFigures> layers = new ArrayList<>();
    Measured none = Measured.tooFew(0);
    double nothing = Double.NaN;
    layers.add(new LayerFigures(0, 0, nothing, nothing, nothing, nothing, none, none, none));
    for (int layer = 1; layer < 8; layer++) {
      layers.add(
          new LayerFigures(
              layer, layer, 0.1, 0.5 * layer, layer, 0.7 * layer, at(-0.3), at(0.5), at(0.1)));
    }
    Picture picture =
        new Picture(
            5,
            0.4,
            0.2,
            List.of(
                new PictureGroup("everyday", List.of(0.0, 1.0), List.of(1.0, 2.0)),
                new PictureGroup("twins", List.of(2.0), List.of(2.0)),
                new PictureGroup("harmful", List.of(4.0, 5.0), List.of(1.0, 2.0)),
                new PictureGroup("attacked", List.of(3.0), List.of(1.5))));
    return new ExplainedState(
        "rt",
        "after refusal training",
        List.of("I", "Sorry"),
        5,
        layers,
        new Movement(at(4), at(-2), at(0.1), at(0.5)),
        picture,
        new Shift(at(0.5), at(0.1), at(0.4), -0.1, 0.1, 200),
        new Causality(
            at(3), at(-1), at(0), at(1), at(3), at(2), at(1), at(-4), at(-3), at(-2), at(1), at(1)),
        List.of(new WorstCase(5, at(4), at(0.6), at(3), at(1), at(-3), at(0.1), at(0.33))),
        new HarmlessCost(at(1), at(0.6), at(0.3), at(0.5), at(0.4), at(0.1), at(0.3)));
  }

  private static ExplainedState sparse() {
    Measured none = Measured.tooFew(2);
    return new ExplainedState(
        "refat",
        "after refat",
        List.of("I"),
        5,
        measured().layers(),
        new Movement(none, none, none, none),
        new Picture(5, Double.NaN, Double.NaN, List.of()),
        new Shift(none, none, none, Double.NaN, Double.NaN, 0),
        new Causality(none, none, none, none, none, none, none, none, none, none, none, none),
        List.of(new WorstCase(5, none, none, none, none, none, none, none)),
        new HarmlessCost(none, none, none, none, none, none, none));
  }
}
