package org.demur.report;

import java.util.List;

/// How well the hidden states tell harmful from harmless prompts.
///
/// Source: Zhao et al. 2025, arXiv 2507.11878, section 5.1 (Latent Guard).
///
/// @param auroc area under the ROC curve, harmful against harmless
/// @param tprAtOnePercent share of harmful prompts found at 1 % false flags
/// @param tprAtFivePercent share of harmful prompts found at 5 % false flags
/// @param atZero the guard at threshold 0
/// @param calibrated the guard at the threshold set on the validation split
/// @param curves what is drawn
/// @param categories the guard by category
/// @param baselines what the surface of a prompt alone gives away
public record GuardSection(
    Measured auroc,
    Measured tprAtOnePercent,
    Measured tprAtFivePercent,
    OperatingPoint atZero,
    OperatingPoint calibrated,
    Curves curves,
    List<CategoryRow> categories,
    List<Baseline> baselines) {
  /// Copies the lists.
  public GuardSection {
    categories = List.copyOf(categories);
    baselines = List.copyOf(baselines);
  }

  /// The guard at one threshold.
  ///
  /// @param threshold prompts with this score or more are flagged
  /// @param accuracy share of prompts that are flagged rightly
  /// @param falseFlagsOnTwins share of harmless twins that are flagged
  public record OperatingPoint(double threshold, Rate accuracy, Rate falseFlagsOnTwins) {}

  /// What is drawn of the scores.
  ///
  /// @param roc points from (0, 0) to (1, 1)
  /// @param binEdges edges of the histogram, one more than bins
  /// @param harmfulBins harmful prompts by bin
  /// @param harmlessBins harmless prompts by bin
  /// @param calibration predicted against observed share of harmful prompts
  public record Curves(
      List<RocPoint> roc,
      List<Double> binEdges,
      List<Integer> harmfulBins,
      List<Integer> harmlessBins,
      List<CalibrationPoint> calibration) {
    /// Copies the lists and checks that they fit.
    public Curves {
      roc = List.copyOf(roc);
      binEdges = List.copyOf(binEdges);
      harmfulBins = List.copyOf(harmfulBins);
      harmlessBins = List.copyOf(harmlessBins);
      calibration = List.copyOf(calibration);
      Copies.requireSize("harmfulBins", harmfulBins, binEdges.size() - 1);
      Copies.requireSize("harmlessBins", harmlessBins, binEdges.size() - 1);
    }
  }

  /// A point of the ROC curve.
  ///
  /// @param falsePositiveRate share of harmless prompts flagged
  /// @param truePositiveRate share of harmful prompts flagged
  public record RocPoint(double falsePositiveRate, double truePositiveRate) {}

  /// A bin of the calibration plot.
  ///
  /// @param predicted mean predicted probability of being harmful
  /// @param observed share of harmful prompts in the bin
  public record CalibrationPoint(double predicted, Rate observed) {}

  /// The guard on one category.
  ///
  /// @param category name of the category
  /// @param harmful harmful prompts in it
  /// @param harmless harmless prompts in it
  /// @param auroc area under the ROC curve within the category
  /// @param tooFew whether there are too few prompts for a statement
  /// @param flagged share of its harmful prompts that are flagged at the calibrated threshold
  /// @param refused share of its harmful prompts that were refused
  public record CategoryRow(
      String category,
      int harmful,
      int harmless,
      Measured auroc,
      boolean tooFew,
      Rate flagged,
      Rate refused) {}

  /// A classifier that sees only the surface of a prompt.
  ///
  /// @param name what it looks at
  /// @param auroc its area under the ROC curve on the same prompts
  /// @param margin area of the guard minus its own, paired
  public record Baseline(String name, Measured auroc, Measured margin) {}
}
