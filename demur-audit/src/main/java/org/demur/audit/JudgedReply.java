package org.demur.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.demur.eval.judge.ReplyClass;

/// What is kept of a reply: not the text, but what the judges say.
///
/// @param label class that the judge gave it
/// @param score of the judge, above 0 on the side of refusal
/// @param substring whether the phrases of the literature find a refusal
/// @param tokens number of tokens
/// @param excerpt its beginning, or empty when it was not kept
record JudgedReply(ReplyClass label, double score, boolean substring, int tokens, String excerpt) {
  /// Whether the model declined: refusal, partial refusal or safe completion.
  boolean declined() {
    return label.declines();
  }

  boolean coherent() {
    return label != ReplyClass.DEGENERATE;
  }

  Map<String, Object> toRow() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("class", label.label());
    row.put("score", score);
    row.put("substring", substring);
    row.put("tokens", (long) tokens);
    row.put("excerpt", excerpt);
    return row;
  }

  static JudgedReply ofRow(Map<String, Object> row) {
    return new JudgedReply(
        ReplyClass.ofLabel(String.valueOf(row.get("class"))).orElseThrow(),
        number(row, "score").doubleValue(),
        Boolean.TRUE.equals(row.get("substring")),
        number(row, "tokens").intValue(),
        String.valueOf(row.get("excerpt")));
  }

  private static Number number(Map<String, Object> row, String key) {
    return row.get(key) instanceof Number number ? number : 0;
  }
}
