package org.demur.audit.compare;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.report.AuditReport;
import org.demur.report.BehaviourSection;
import org.demur.report.BeliefSection;
import org.demur.report.Costs;
import org.demur.report.DirectionsSection;
import org.demur.report.FragilitySection;
import org.demur.report.GuardSection;
import org.demur.report.Measured;
import org.demur.report.Provenance;
import org.demur.report.Rate;
import org.demur.report.RunSection;
import org.demur.report.Spread;
import org.demur.report.TokenSection;

/// What a made-up report says of its run; all that a comparison does not read is empty.
///
/// @param modelHash hash of the weights
/// @param adapter name of the adapter, which is its hash too; empty for none
/// @param dataHash hash of the prompt set
/// @param profile profile of the audit
/// @param seed seed of the audit
/// @param torch version of libtorch
record ExampleReport(
    String modelHash, String adapter, String dataHash, String profile, long seed, String torch) {
  static final ExampleReport PLAIN =
      new ExampleReport("0123456789abcdef", "", "data-1", "standard", 0, "2.10.0");

  private static final Rate NO_RATE = Rate.tooFew(0, 0);
  private static final Measured NO_VALUE = Measured.tooFew(0);

  AuditReport named(String run) {
    return new AuditReport(
        AuditReport.SCHEMA_VERSION,
        run(run),
        List.of(),
        behaviour(),
        belief(),
        guard(),
        directions(),
        List.of(),
        new TokenSection("none", List.of()),
        fragility(),
        List.of(),
        List.of(),
        List.of());
  }

  private RunSection run(String name) {
    return new RunSection(
        name,
        "2026-01-01T00:00:00Z",
        "demur audit example",
        profile,
        seed,
        Optional.empty(),
        Map.of("profile", profile, "max-new-tokens", profile.equals("quick") ? "20" : "32"),
        new Provenance(
            new Provenance.Artefact("example", "models/example", modelHash),
            Optional.of(adapter)
                .filter(present -> !present.isEmpty())
                .map(present -> new Provenance.Artefact(present, present, present)),
            Optional.of("template-hash"),
            List.of(new Provenance.DataSet("example pairs", dataHash, Map.of())),
            new Provenance.Environment(
                "float32", "cpu", 2, Map.of("libtorch", torch), "an example machine"),
            Optional.empty()),
        new Costs(0, 0, 0, 0, 0, List.of(), 0));
  }

  private static BehaviourSection behaviour() {
    BehaviourSection.LabelBehaviour none =
        new BehaviourSection.LabelBehaviour(
            NO_RATE, NO_VALUE, NO_RATE, Map.of(), new Spread(Double.NaN, Double.NaN, 0));
    return new BehaviourSection(
        none,
        none,
        new BehaviourSection.Judge(
            "example-judge",
            true,
            Optional.empty(),
            "nothing",
            NO_RATE,
            NO_RATE,
            NO_RATE,
            new BehaviourSection.Confusion(List.of(), List.of())),
        "not corrected");
  }

  private static BeliefSection belief() {
    BeliefSection.NamedCell cell = new BeliefSection.NamedCell(NO_RATE, "prompts", true, List.of());
    BeliefSection.Counts counts = new BeliefSection.Counts(0, 0, 0, 0);
    return new BeliefSection(0, counts, counts, cell, cell);
  }

  private static GuardSection guard() {
    GuardSection.OperatingPoint point = new GuardSection.OperatingPoint(0, NO_RATE, NO_RATE);
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
        new DirectionsSection.Profile("t", List.of(), List.of(), List.of());
    return new DirectionsSection(
        List.of("x"),
        2,
        new DirectionsSection.Candidates(List.of(), List.of(), List.of()),
        new DirectionsSection.Selection(Optional.empty(), 0, 0, Map.of(), false),
        profile,
        profile,
        "AUROC",
        new DirectionsSection.Cosine(List.of(), 0, 0, true),
        new DirectionsSection.CategoryCosines(1, List.of(), List.of()));
  }

  private FragilitySection fragility() {
    return new FragilitySection(
        List.of(
            new FragilitySection.FragilityRow(
                "none", "untouched", NO_RATE, NO_VALUE, NO_RATE, NO_RATE, NO_VALUE, NO_VALUE)),
        "Of a run with seed " + seed + ".");
  }
}
