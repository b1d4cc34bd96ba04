package org.demur.audit.compare;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import org.demur.audit.compare.SharedPrompts.Pair;
import org.demur.report.ComparisonReport;
import org.demur.report.ComparisonReport.ChangedPrompt;
import org.demur.report.ComparisonReport.Difference;
import org.demur.report.ComparisonReport.FragilityPair;
import org.demur.report.ComparisonReport.PairedRate;

/// Compares two finished audits, prompt by prompt; no model is loaded.
public final class RunComparison {
  private RunComparison() {}

  /// Compares `runB` with `runA` on the prompts that both have.
  ///
  /// Rates have Wilson intervals; differences are B minus A with paired bootstrap intervals and
  /// McNemar's exact test. Counts below five prompts are given without a rate. The mean log-odds of
  /// the refusal tokens and the p values corrected for several tests stand in the notes.
  ///
  /// **Errors.** A folder that is not an audit's, an audit that did not finish, files that are
  /// damaged, and runs without a common prompt are each one sentence.
  ///
  /// @param runA folder of the run that is compared from, or its `report.json`
  /// @param runB folder of the run that is compared to, or its `report.json`
  /// @param seed seed of the resampling; the same seed and runs give the same numbers
  /// @throws org.demur.core.DemurException see above
  public static ComparisonReport of(Path runA, Path runB, long seed) {
    return of(ComparedRun.open(runA), ComparedRun.open(runB), seed);
  }

  private static ComparisonReport of(ComparedRun first, ComparedRun second, long seed) {
    SharedPrompts shared = SharedPrompts.of(first, second);
    PairedFigures figures = new PairedFigures(shared, seed);
    List<Difference> differences = RunDifferences.of(first, second);
    List<PairedRate> rates = figures.rates();
    return new ComparisonReport(
        ComparisonReport.SCHEMA_VERSION,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        first.side(),
        second.side(),
        differences,
        rates,
        changed(shared),
        figures.guard(),
        new FragilityPair(first.report().fragility(), second.report().fragility()),
        new ComparisonNotes(first, second, shared).of(differences, rates, figures));
  }

  /// Prompts whose reply has another class: those that switched between declining and not first,
  /// harmful ones before harmless ones.
  private static List<ChangedPrompt> changed(SharedPrompts shared) {
    return shared.pairs().stream()
        .filter(pair -> !pair.first().replyClass().equals(pair.second().replyClass()))
        .sorted(
            Comparator.comparing((Pair pair) -> !switched(pair))
                .thenComparing(Pair::label)
                .thenComparing(pair -> pair.first().id()))
        .map(RunComparison::changed)
        .toList();
  }

  private static boolean switched(Pair pair) {
    return pair.first().declined() != pair.second().declined();
  }

  private static ChangedPrompt changed(Pair pair) {
    return new ChangedPrompt(
        pair.first().id(),
        pair.label(),
        pair.first().category().or(pair.second()::category),
        pair.first().replyClass(),
        pair.second().replyClass());
  }
}
