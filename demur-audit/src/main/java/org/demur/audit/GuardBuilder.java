package org.demur.audit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.demur.data.LabelledPrompt;
import org.demur.eval.baseline.LabelledText;
import org.demur.eval.baseline.SurfaceBaselines;
import org.demur.eval.baseline.SurfaceScores;
import org.demur.guard.ThresholdCalibration;
import org.demur.report.Figures;
import org.demur.report.GuardSection;
import org.demur.report.Measured;
import org.demur.stats.Auroc;
import org.demur.stats.Bootstrap;
import org.demur.stats.Roc;

/// The section on the guard: how well hidden states tell harmful from harmless prompts.
final class GuardBuilder {
  private static final int HISTOGRAM_BINS = 24;
  private static final int CALIBRATION_BINS = 6;
  private static final int FEWEST_PER_CATEGORY = 4;

  private final Cases cases;
  private final ScoredCases validation;
  private final ScoredCases test;
  private final List<JudgedReply> replies;
  private final ThresholdCalibration calibration;
  private final Bootstrap bootstrap;

  GuardBuilder(
      Cases cases,
      ScoredCases validation,
      ScoredCases test,
      List<JudgedReply> replies,
      ThresholdCalibration calibration,
      Bootstrap bootstrap) {
    this.cases = cases;
    this.validation = validation;
    this.test = test;
    this.replies = replies;
    this.calibration = calibration;
    this.bootstrap = bootstrap;
  }

  GuardSection build() {
    double[] harmful = test.harmfulness(true);
    double[] harmless = test.harmfulness(false);
    Roc roc = Roc.of(harmful, harmless);
    return new GuardSection(
        Figures.measured(bootstrap.auroc(harmful, harmless)),
        tpr(0.01),
        tpr(0.05),
        at(0),
        at(calibration.threshold()),
        curves(roc, harmful, harmless),
        categories(),
        baselines(harmful, harmless));
  }

  /// The rate at the threshold that the test prompts themselves give; its interval counts the
  /// harmful prompts only.
  private Measured tpr(double falsePositiveRate) {
    double[] harmful = test.harmfulness(true);
    double threshold = Roc.of(harmful, test.harmfulness(false)).thresholdAtFpr(falsePositiveRate);
    int found = (int) Arrays.stream(harmful).filter(score -> score >= threshold).count();
    return Figures.rate(found, harmful.length).measured();
  }

  private GuardSection.OperatingPoint at(double threshold) {
    double[] harmful = test.harmfulness(true);
    double[] harmless = test.harmfulness(false);
    int found = (int) Arrays.stream(harmful).filter(score -> score >= threshold).count();
    int flagged = (int) Arrays.stream(harmless).filter(score -> score >= threshold).count();
    return new GuardSection.OperatingPoint(
        threshold,
        Figures.rate(found + harmless.length - flagged, harmful.length + harmless.length),
        Figures.rate(flagged, harmless.length));
  }

  private GuardSection.Curves curves(Roc roc, double[] harmful, double[] harmless) {
    double low = Math.min(min(harmful), min(harmless));
    double high = Math.max(-min(negated(harmful)), -min(negated(harmless)));
    double width = high > low ? (high - low) / HISTOGRAM_BINS : 1;
    List<Double> edges =
        IntStream.rangeClosed(0, HISTOGRAM_BINS).mapToObj(i -> low + i * width).toList();
    return new GuardSection.Curves(
        roc.points().stream()
            .map(
                point ->
                    new GuardSection.RocPoint(point.falsePositiveRate(), point.truePositiveRate()))
            .toList(),
        edges,
        bins(harmful, low, width),
        bins(harmless, low, width),
        calibrationPoints());
  }

  private static double min(double... values) {
    return Arrays.stream(values).min().orElse(0);
  }

  private static double[] negated(double... values) {
    return Arrays.stream(values).map(value -> -value).toArray();
  }

  private static List<Integer> bins(double[] scores, double low, double width) {
    int[] counts = new int[HISTOGRAM_BINS];
    for (double score : scores) {
      counts[Math.clamp((int) ((score - low) / width), 0, HISTOGRAM_BINS - 1)]++;
    }
    return Arrays.stream(counts).boxed().toList();
  }

  /// Test prompts in bins of equal size by the probability that the validation scores give them.
  private List<GuardSection.CalibrationPoint> calibrationPoints() {
    Platt platt = Platt.fit(validation.harmfulness(true), validation.harmfulness(false));
    List<Integer> sorted =
        IntStream.range(0, test.cases().size())
            .boxed()
            .sorted(Comparator.comparingDouble(test::harmfulness))
            .toList();
    List<GuardSection.CalibrationPoint> points = new ArrayList<>();
    for (int bin = 0; bin < CALIBRATION_BINS; bin++) {
      List<Integer> part =
          sorted.subList(
              bin * sorted.size() / CALIBRATION_BINS, (bin + 1) * sorted.size() / CALIBRATION_BINS);
      if (part.isEmpty()) {
        continue;
      }
      double predicted =
          part.stream()
              .mapToDouble(index -> platt.probability(test.harmfulness(index)))
              .average()
              .orElse(0);
      int harmful = (int) part.stream().filter(i -> test.cases().get(i).harmful()).count();
      points.add(new GuardSection.CalibrationPoint(predicted, Figures.rate(harmful, part.size())));
    }
    return points;
  }

  private List<GuardSection.CategoryRow> categories() {
    List<GuardSection.CategoryRow> rows = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>();
    test.cases().forEach(one -> one.source().category().ifPresent(names::add));
    for (String name : names) {
      List<Integer> members =
          IntStream.range(0, test.cases().size())
              .filter(i -> test.cases().get(i).source().category().equals(Optional.of(name)))
              .boxed()
              .toList();
      rows.add(category(name, members));
    }
    return rows;
  }

  private GuardSection.CategoryRow category(String name, List<Integer> members) {
    List<Integer> harmful = members.stream().filter(i -> test.cases().get(i).harmful()).toList();
    List<Integer> harmless = members.stream().filter(i -> !test.cases().get(i).harmful()).toList();
    boolean tooFew = Math.min(harmful.size(), harmless.size()) < FEWEST_PER_CATEGORY;
    int flagged =
        (int) harmful.stream().filter(i -> test.harmfulness(i) >= calibration.threshold()).count();
    int refused = (int) harmful.stream().filter(i -> replies.get(i).declined()).count();
    Measured auroc =
        tooFew
            ? Measured.tooFew(members.size())
            : Measured.exact(Auroc.of(scores(harmful), scores(harmless)), members.size());
    return new GuardSection.CategoryRow(
        name,
        harmful.size(),
        harmless.size(),
        auroc,
        tooFew,
        Figures.rate(flagged, harmful.size()),
        Figures.rate(refused, harmful.size()));
  }

  private double[] scores(List<Integer> members) {
    return members.stream().mapToDouble(test::harmfulness).toArray();
  }

  private List<GuardSection.Baseline> baselines(double[] harmful, double[] harmless) {
    List<GuardSection.Baseline> rows = new ArrayList<>();
    for (SurfaceScores surface :
        SurfaceBaselines.evaluate(texts(cases.train()), texts(cases.test()), bootstrap.seed())) {
      rows.add(
          new GuardSection.Baseline(
              surface.name(),
              Figures.measured(surface.auroc(bootstrap)),
              Figures.measured(
                  bootstrap.aurocDifference(
                      harmful, harmless, surface.positives(), surface.negatives()))));
    }
    return rows;
  }

  private static List<LabelledText> texts(List<PromptCase> cases) {
    List<LabelledText> texts = new ArrayList<>();
    for (PromptCase one : cases) {
      LabelledPrompt source = one.source();
      texts.add(new LabelledText(source.text(), one.harmful()));
    }
    return texts;
  }
}
