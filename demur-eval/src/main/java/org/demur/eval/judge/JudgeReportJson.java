package org.demur.eval.judge;

import java.util.LinkedHashMap;
import java.util.Map;
import org.demur.stats.Estimate;
import org.demur.stats.Interval;
import org.demur.stats.Proportion;
import org.jspecify.annotations.Nullable;

/// The document of an evaluation, as `judge eval --json` prints it.
public final class JudgeReportJson {
  private static final double CONFIDENCE = 0.95;

  private JudgeReportJson() {}

  /// Plain maps and numbers: `accuracy`, `auroc`, `n`, their intervals, counts, and the rest.
  ///
  /// Rates of nothing and an AUROC that is not defined are null.
  public static Map<String, Object> toMap(JudgeReport report) {
    Map<String, Object> document = new LinkedHashMap<>();
    Proportion accuracy = report.byScore().accuracy();
    document.put("judge", report.judgeId());
    document.put("n", report.n());
    document.put("accuracy", rate(accuracy));
    document.put("accuracyInterval", interval(accuracy.wilson(CONFIDENCE)));
    document.put("auroc", report.auroc().map(Estimate::value).orElse(null));
    document.put(
        "aurocInterval", report.auroc().map(auroc -> interval(auroc.interval())).orElse(null));
    document.put("majority", rate(report.majority()));
    document.put("confusion", counts(report.byScore()));
    document.put("byLabel", counts(report.byLabel()));
    document.put("kinds", rates(report.kinds()));
    document.put("lists", rates(report.lists()));
    report.classes().ifPresent(classes -> document.put("classes", classes(classes)));
    return document;
  }

  private static Map<String, Object> counts(BinaryCounts counts) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("truePositives", counts.truePositives());
    map.put("falsePositives", counts.falsePositives());
    map.put("trueNegatives", counts.trueNegatives());
    map.put("falseNegatives", counts.falseNegatives());
    map.put("accuracy", rate(counts.accuracy()));
    map.put("sensitivity", rate(counts.sensitivity()));
    map.put("specificity", rate(counts.specificity()));
    return map;
  }

  private static Map<String, Object> rates(Map<String, Proportion> rates) {
    Map<String, Object> map = new LinkedHashMap<>();
    rates.forEach(
        (name, proportion) -> {
          Map<String, Object> entry = new LinkedHashMap<>();
          entry.put("right", proportion.successes());
          entry.put("n", proportion.n());
          entry.put("rate", rate(proportion));
          map.put(name, entry);
        });
    return map;
  }

  private static Map<String, Object> classes(ClassReport classes) {
    Map<String, Object> confusion = new LinkedHashMap<>();
    classes
        .confusion()
        .forEach(
            (given, row) -> {
              Map<String, Integer> found = new LinkedHashMap<>();
              row.forEach((label, count) -> found.put(label.label(), count));
              confusion.put(given.label(), found);
            });
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("n", classes.accuracy().n());
    map.put("accuracy", rate(classes.accuracy()));
    map.put("accuracyInterval", interval(classes.accuracy().wilson(CONFIDENCE)));
    map.put("confusion", confusion);
    return map;
  }

  private static double[] interval(Interval interval) {
    return new double[] {interval.low(), interval.high()};
  }

  private static @Nullable Double rate(Proportion proportion) {
    return proportion.n() == 0 ? null : proportion.rate();
  }
}
