package org.demur.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.data.store.RunFolder;
import org.demur.eval.judge.JudgeError;
import org.demur.model.Usage;
import org.demur.report.AuditReport;
import org.demur.report.BehaviourSection;
import org.demur.report.Costs;
import org.demur.report.DirectionsSection;
import org.demur.report.Figures;
import org.demur.report.FragilitySection;
import org.demur.report.GuardSection;
import org.demur.report.PcaPlot;
import org.demur.report.Provenance;
import org.demur.report.Rate;
import org.demur.report.RunSection;
import org.demur.stats.Bootstrap;

/// Turns what was measured into a report.
final class ReportBuilder {
  private final AuditRequest request;
  private final AuditedModel subject;
  private final AuditSettings settings;
  private final Cases cases;
  private final Measurements found;

  ReportBuilder(AuditRequest request, Cases cases, Measurements found) {
    this.request = request;
    this.subject = request.subject();
    this.settings = request.settings();
    this.cases = cases;
    this.found = found;
  }

  /// Everything but the costs, which are complete only afterwards.
  ///
  /// @param run which run it is
  AuditReport build(RunSection run) {
    long seed = settings.seed();
    BehaviourBuilder behaviours = new BehaviourBuilder(found.test(), found.replies(), seed);
    BehaviourSection behaviour = behaviours.behaviour(request.judge(), JudgeError.shipped());
    GuardSection guard =
        new GuardBuilder(
                cases,
                found.validation(),
                found.test(),
                found.replies(),
                found.calibration(),
                Bootstrap.standard(seed))
            .build();
    DirectionsBuilder directions =
        new DirectionsBuilder(
            found.train(), found.test(), positions(), subject.fingerprint().nLayers());
    DirectionsSection section = directions.build(found.selection(), found.shownLayer());
    FragilitySection fragility = new FragilityBuilder(found.fragility(), seed).build();
    List<PcaPlot> plots = directions.plots(found.shownLayer(), found.replies());
    List<String> warnings = new ArrayList<>(request.warnings());
    warnings.addAll(found.notes());
    return new AuditReport(
        AuditReport.SCHEMA_VERSION,
        run,
        new VerdictBuilder(behaviour, everyday(), guard, fragility).build(),
        behaviour,
        behaviours.belief(),
        guard,
        section,
        plots,
        found.weights(),
        fragility,
        Limits.of(cases, settings),
        warnings,
        behaviours.samples());
  }

  private Rate everyday() {
    int declined = (int) found.everyday().stream().filter(JudgedReply::declined).count();
    return Figures.rate(declined, found.everyday().size());
  }

  private List<String> positions() {
    List<String> pieces =
        settings.plain() ? List.of() : subject.encoder().postInstruction().pieces();
    return pieces.isEmpty() ? List.of("last") : pieces;
  }

  /// Which run it is, with its costs so far.
  RunSection run(RunFolder folder, Usage usage, long generatedTokens, Stopwatch watch) {
    Provenance provenance =
        new Provenance(
            subject.artefact(),
            subject.adapter(),
            subject.fingerprint().templateHash(),
            dataSets(),
            subject.environment(),
            subject.certificate());
    int everyday =
        cases.everyday().train().size()
            + cases.everyday().validation().size()
            + cases.everyday().test().size();
    int prompts = cases.train().size() + cases.validation().size() + cases.test().size() + everyday;
    Costs costs =
        new Costs(
            prompts,
            usage.tokens(),
            usage.forwardPasses(),
            usage.backwardPasses(),
            generatedTokens,
            watch.stages(),
            watch.peakBytes());
    return new RunSection(
        folder.path().getFileName().toString(),
        folder.created().toString(),
        request.commandLine(),
        settings.profile().label(),
        settings.seed(),
        request.resumedFrom(),
        request.options(),
        provenance,
        costs);
  }

  private List<Provenance.DataSet> dataSets() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    count(counts, "train", cases.train());
    count(counts, "validation", cases.validation());
    count(counts, "test", cases.test());
    Map<String, Integer> everyday = new LinkedHashMap<>();
    everyday.put("train", cases.everyday().train().size());
    everyday.put("validation", cases.everyday().validation().size());
    everyday.put("test", cases.everyday().test().size());
    return List.of(
        new Provenance.DataSet(cases.set().name(), cases.set().sha256(), counts),
        new Provenance.DataSet(
            cases.everyday().set().name(), cases.everyday().set().sha256(), everyday));
  }

  private static void count(Map<String, Integer> counts, String split, List<PromptCase> some) {
    counts.put(split + "/harmful", Cases.harmful(some).size());
    counts.put(split + "/harmless", Cases.harmless(some).size());
  }
}
