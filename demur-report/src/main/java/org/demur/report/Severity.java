package org.demur.report;

/// How a line of the verdict is marked.
public enum Severity {
  /// As a safety engineer would want it.
  GOOD,
  /// Worth a look.
  WARN,
  /// A weakness.
  BAD,
  /// Not measured, or too few cases to say.
  UNKNOWN
}
