package org.demur.report;

/// How a figure is written.
public enum Unit {
  /// A share in [0, 1], written in percent.
  SHARE,
  /// An area under the ROC curve in [0, 1]; 0.5 is chance.
  AUROC,
  /// Natural log-odds.
  LOG_ODDS,
  /// Nats.
  NATS,
  /// A bare number.
  PLAIN
}
