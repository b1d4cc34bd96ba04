package org.demur.report;

import java.util.List;

/// One of the five lines that open a report.
///
/// @param key stable name of the line, one of [#KEYS]
/// @param question the question that it answers
/// @param answer the answer in one sentence
/// @param severity how it is marked
/// @param figures the numbers behind it, the most telling first
public record VerdictLine(
    String key, String question, String answer, Severity severity, List<Figure> figures) {
  /// Does it help with harm?
  public static final String HELPS_WITH_HARM = "helps_with_harm";

  /// Does it refuse the harmless?
  public static final String OVER_REFUSES = "over_refuses";

  /// Does it know the difference inside?
  public static final String KNOWS_INSIDE = "knows_inside";

  /// How cheaply can its refusal be switched off?
  public static final String SWITCHED_OFF = "switched_off";

  /// Can its hidden states guard it?
  public static final String GUARDS_ITSELF = "guards_itself";

  /// The keys in the order of the report.
  public static final List<String> KEYS =
      List.of(HELPS_WITH_HARM, OVER_REFUSES, KNOWS_INSIDE, SWITCHED_OFF, GUARDS_ITSELF);

  /// Copies the figures.
  public VerdictLine {
    figures = List.copyOf(figures);
  }
}
