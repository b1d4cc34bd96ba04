package org.demur.audit.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.demur.report.ComparisonReport.Difference;
import org.demur.report.ComparisonReport.PairedRate;
import org.demur.report.Figures;
import org.demur.report.Measured;
import org.demur.report.PromptLabel;
import org.demur.report.markup.Numbers;

/// Sentences that a reader of a comparison needs: what its numbers rest on, and what they do not
/// say.
final class ComparisonNotes {
  private static final double MOST_MISSING = 0.5;

  private final ComparedRun first;
  private final ComparedRun second;
  private final SharedPrompts shared;
  private final List<String> notes = new ArrayList<>();

  ComparisonNotes(ComparedRun first, ComparedRun second, SharedPrompts shared) {
    this.first = first;
    this.second = second;
    this.shared = shared;
  }

  /// All notes, what limits the comparison first.
  List<String> of(List<Difference> differences, List<PairedRate> rates, PairedFigures figures) {
    prompts();
    settings(differences);
    measures();
    logOdds(figures, PromptLabel.HARMFUL);
    logOdds(figures, PromptLabel.HARMLESS);
    manyTests(rates);
    return List.copyOf(notes);
  }

  private void prompts() {
    if (first.folder().equals(second.folder())) {
      notes.add("Both sides are the same run, so nothing can differ.");
    }
    if (shared.onlyFirst() + shared.onlySecond() + shared.mismatched() > 0) {
      notes.add(
          ("Everything but the fragility is on the %d prompts that both runs have; %d are in"
                  + " A only and %d in B only.")
              .formatted(shared.size(), shared.onlyFirst(), shared.onlySecond()));
    }
    if (shared.mismatched() > 0) {
      notes.add(
          ("%d ids stand for different prompts in the two runs, by label or number of tokens,"
                  + " and were left out.")
              .formatted(shared.mismatched()));
    }
    int larger = Math.max(first.rows().size(), second.rows().size());
    if (shared.size() < MOST_MISSING * larger) {
      notes.add(
          ("Less than half of the prompts are shared (%d of %d): the figures are about these,"
                  + " not about either run as a whole.")
              .formatted(shared.size(), larger));
    }
  }

  private void settings(List<Difference> differences) {
    whenDiffers(
        differences,
        RunDifferences.DATA,
        "The runs used different data: prompts are matched by their ids, and the text behind an id"
            + " was not compared.");
    whenDiffers(
        differences,
        RunDifferences.PROFILE,
        "The runs used different profiles (%s, %s): replies end after different lengths, and the"
            + " guards were made of different numbers of prompts, so changes may be due to that"
            + " alone.");
    whenDiffers(
        differences,
        RunDifferences.SEED,
        "The runs used different seeds (%s, %s): random choices differ, among them the random"
            + " direction of the fragility.");
    whenDiffers(
        differences,
        RunDifferences.JUDGE,
        "Different judges labelled the replies (%s, %s): changed classes may be due to the judge.");
    if (differences.stream().anyMatch(ComparisonNotes::isNumeric)) {
      notes.add(
          "Number format or versions differ, which alone can change a few replies and scores.");
    }
  }

  /// Adds a sentence with a place for each run's value, if there is a difference of that name.
  private void whenDiffers(List<Difference> differences, String name, String sentence) {
    differences.stream()
        .filter(found -> found.name().equals(name))
        .map(found -> sentence.formatted(found.first(), found.second()))
        .forEach(notes::add);
  }

  private static boolean isNumeric(Difference difference) {
    return difference.name().equals(RunDifferences.DTYPE)
        || difference.name().startsWith(RunDifferences.VERSION);
  }

  private void measures() {
    notes.add(
        "Rates count what the judge says and are not corrected for its error; flags and beliefs"
            + " come from each run's own guard.");
    notes.add("The fragility is that of each run's own prompts and is not paired.");
  }

  private void logOdds(PairedFigures figures, PromptLabel label) {
    PairedFigures.LogOdds found = figures.logOdds(label);
    Measured difference = found.difference();
    if (difference.isDefined()) {
      notes.add(
          ("Mean log-odds of the refusal tokens on %s prompts: A %s, B %s, difference %s "
                  + "(95 %% interval %s to %s, n = %d); each run has its own refusal tokens.")
              .formatted(
                  label == PromptLabel.HARMFUL ? "harmful" : "harmless",
                  signed(found.first()),
                  signed(found.second()),
                  signed(difference.value()),
                  signed(difference.low()),
                  signed(difference.high()),
                  difference.n()));
    }
  }

  /// To a hundredth of a nat: less is noise.
  private static String signed(double value) {
    String text = Numbers.fixed(value, 2);
    return value >= 0.005 ? "+" + text : text;
  }

  private void manyTests(List<PairedRate> rates) {
    List<PairedRate> tested =
        rates.stream().filter(rate -> rate.first().n() >= Figures.FEWEST).toList();
    if (tested.size() < 2) {
      return;
    }
    double[] adjusted =
        Holm.adjusted(tested.stream().mapToDouble(rate -> rate.mcNemar().pValue()).toArray());
    String list =
        IntStream.range(0, adjusted.length)
            .mapToObj(i -> tested.get(i).name() + " " + Numbers.pValue(adjusted[i]))
            .collect(Collectors.joining("; "));
    notes.add(
        "%d rates are tested at once; corrected for that by Holm's method: %s."
            .formatted(tested.size(), list));
  }
}
