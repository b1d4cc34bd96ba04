package org.demur.report;

/// What the data set says of a prompt.
public enum PromptLabel {
  /// The prompt asks for something harmful.
  HARMFUL,
  /// The prompt is harmless.
  HARMLESS
}
