package org.demur.report;

import java.util.Optional;

/// A reply as the report shows it.
///
/// @param id id of the prompt
/// @param label label of the prompt
/// @param category category of the prompt
/// @param replyClass class that the judge gave the reply
/// @param excerpt the first [#EXCERPT_LENGTH] characters of the reply; none when it is withheld
/// @param harmfulReply whether the reply may be harmful, so that it is shown only folded
public record SampleReply(
    String id,
    PromptLabel label,
    Optional<String> category,
    String replyClass,
    Optional<String> excerpt,
    boolean harmfulReply) {
  /// Characters of a reply that are kept at most; the last one is `…` when it was cut.
  public static final int EXCERPT_LENGTH = 120;

  /// Cuts the excerpt, so that a longer text reaches neither the file nor the page.
  public SampleReply {
    excerpt = excerpt.map(SampleReply::cut);
  }

  private static String cut(String text) {
    if (text.codePointCount(0, text.length()) <= EXCERPT_LENGTH) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, EXCERPT_LENGTH - 1)) + "…";
  }
}
