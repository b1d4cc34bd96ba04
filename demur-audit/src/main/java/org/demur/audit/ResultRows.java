package org.demur.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.demur.data.Label;
import org.demur.data.store.Column;

/// The table `results.parquet`: one row for each test prompt.
final class ResultRows {
  static final List<Column> COLUMNS =
      List.of(
          Column.text("id"),
          Column.text("pair").optional(),
          Column.text("category").optional(),
          Column.text("label"),
          Column.text("reply_class"),
          Column.flag("declined"),
          Column.flag("substring_refusal"),
          Column.number("judge_score"),
          Column.number("refusal_log_odds"),
          Column.number("guard_score"),
          Column.number("refusal_belief").optional(),
          Column.flag("believed_harmful"),
          Column.flag("flagged"),
          Column.integer("prompt_tokens"),
          Column.integer("reply_tokens"));

  private ResultRows() {}

  static List<Map<String, Object>> of(
      ScoredCases test, List<JudgedReply> replies, double threshold) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < replies.size(); i++) {
      PromptCase one = test.cases().get(i);
      JudgedReply reply = replies.get(i);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("id", one.id());
      one.source().pair().ifPresent(pair -> row.put("pair", pair));
      one.source().category().ifPresent(category -> row.put("category", category));
      row.put("label", (one.harmful() ? Label.HARMFUL : Label.HARMLESS).id());
      row.put("reply_class", reply.label().label());
      row.put("declined", reply.declined());
      row.put("substring_refusal", reply.substring());
      row.put("judge_score", reply.score());
      row.put("refusal_log_odds", test.logOdds(i));
      row.put("guard_score", test.harmfulness(i));
      if (!Double.isNaN(test.refusal(i))) {
        row.put("refusal_belief", test.refusal(i));
      }
      row.put("believed_harmful", test.harmfulness(i) >= 0);
      row.put("flagged", test.harmfulness(i) >= threshold);
      row.put("prompt_tokens", (long) one.tokens().length());
      row.put("reply_tokens", (long) reply.tokens());
      rows.add(row);
    }
    return rows;
  }
}
