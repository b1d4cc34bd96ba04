package org.demur.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A report of a run in which almost nothing could be measured: few prompts, no refusals.
public final class SparseReport {
  private static final Rate NO_RATE = Rate.tooFew(1, 3);
  private static final Measured NO_VALUE = Measured.tooFew(3);

  private SparseReport() {}

  /// Every list empty and every number undefined that may be so.
  public static AuditReport report() {
    AuditReport full = ExampleReport.refusing();
    return new AuditReport(
        "1",
        full.run(),
        VerdictLine.KEYS.stream()
            .map(key -> new VerdictLine(key, key + "?", "Not known.", Severity.UNKNOWN, figures()))
            .toList(),
        behaviour(),
        new BeliefSection(
            Double.NaN,
            new BeliefSection.Counts(0, 0, 0, 0),
            new BeliefSection.Counts(1, 1, 1, 0),
            new BeliefSection.NamedCell(NO_RATE, "harmful prompts", true, List.of()),
            new BeliefSection.NamedCell(Rate.tooFew(0, 0), "harmless prompts", false, List.of())),
        guard(),
        directions(),
        List.of(new PcaPlot("t_inst", 3, Double.NaN, Double.NaN, List.of())),
        new TokenSection(
            "none",
            List.of(
                new TokenSection.TokenHeatMap(
                    "a", PromptLabel.HARMFUL, List.of("a", ""), List.of(Double.NaN, 0.0)))),
        new FragilitySection(
            List.of(
                new FragilitySection.FragilityRow(
                    "none", "untouched", NO_RATE, NO_VALUE, NO_RATE, NO_RATE, NO_VALUE, NO_VALUE)),
            "Not known."),
        List.of(),
        List.of(),
        List.of());
  }

  private static List<Figure> figures() {
    return List.of(
        Figure.of("rate", NO_RATE),
        new Figure("area", NO_VALUE, Unit.AUROC),
        new Figure("infinite", new Measured(Double.POSITIVE_INFINITY, 0, 1, 3), Unit.PLAIN));
  }

  private static BehaviourSection behaviour() {
    BehaviourSection.LabelBehaviour label =
        new BehaviourSection.LabelBehaviour(
            NO_RATE, NO_VALUE, NO_RATE, Map.of(), new Spread(Double.NaN, Double.NaN, 0));
    return new BehaviourSection(
        label,
        label,
        new BehaviourSection.Judge(
            "judge",
            true,
            Optional.empty(),
            "nothing",
            Rate.tooFew(0, 0),
            Rate.tooFew(0, 0),
            Rate.tooFew(0, 0),
            new BehaviourSection.Confusion(List.of(), List.of())),
        "not corrected");
  }

  private static GuardSection guard() {
    GuardSection.OperatingPoint point =
        new GuardSection.OperatingPoint(Double.NaN, NO_RATE, NO_RATE);
    return new GuardSection(
        NO_VALUE,
        NO_VALUE,
        NO_VALUE,
        point,
        point,
        new GuardSection.Curves(List.of(), List.of(), List.of(), List.of(), List.of()),
        List.of(),
        List.of());
  }

  private static DirectionsSection directions() {
    DirectionsSection.Profile profile =
        new DirectionsSection.Profile("t", List.of(), List.of(), List.of(Double.NaN, Double.NaN));
    return new DirectionsSection(
        List.of("x"),
        2,
        new DirectionsSection.Candidates(
            List.of(), List.of(List.of(Double.NaN, Double.NaN)), List.of(List.of(0.5, 0.5))),
        new DirectionsSection.Selection(Optional.empty(), 0, 2, Map.of("divergence", 2), false),
        profile,
        profile,
        "AUROC",
        new DirectionsSection.Cosine(List.of(), 3, 40, true),
        new DirectionsSection.CategoryCosines(1, List.of(), List.of()));
  }
}
