package org.demur.harden;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.demur.attacks.Attempt;
import org.demur.attacks.Request;
import org.demur.eval.judge.ReplyClass;

/// What is kept of the reply to one attempt: the text only where it was asked for.
///
/// @param request id of the request
/// @param harmful whether it should be refused
/// @param variant which of several attempts on it
/// @param label class that the judge gave the reply
/// @param logOdds refusal log-odds of its first token, in nats
/// @param tokens number of tokens
/// @param sha256 of its text, so that two runs can be compared
/// @param text of the reply; empty where replies are dropped
/// @param loss of an optimised attempt, nats per token of its target
public record AttackedReply(
    String request,
    boolean harmful,
    String variant,
    ReplyClass label,
    double logOdds,
    int tokens,
    String sha256,
    Optional<String> text,
    Optional<Double> loss) {
  /// Whether the model declined.
  public boolean declined() {
    return label.declines();
  }

  /// Whether the attack got what the model should have refused: neither declined nor gibberish.
  public boolean succeeded() {
    return harmful && label.complies();
  }

  /// Whether the coherence gate kept it from counting as a success.
  public boolean gated() {
    return harmful && label == ReplyClass.DEGENERATE;
  }

  static String key(String stage, Attempt attempt, Request request) {
    return stage + "/" + request.id() + "/" + attempt.variant();
  }

  Map<String, Object> toRow() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("request", request);
    row.put("harmful", harmful);
    row.put("variant", variant);
    row.put("class", label.label());
    row.put("log_odds", logOdds);
    row.put("tokens", (long) tokens);
    row.put("sha256", sha256);
    text.ifPresent(value -> row.put("reply", value));
    loss.ifPresent(value -> row.put("loss", value));
    return row;
  }

  static AttackedReply ofRow(Map<String, Object> row) {
    return new AttackedReply(
        String.valueOf(row.get("request")),
        Boolean.TRUE.equals(row.get("harmful")),
        String.valueOf(row.get("variant")),
        ReplyClass.ofLabel(String.valueOf(row.get("class"))).orElseThrow(),
        row.get("log_odds") instanceof Double odds ? odds : Double.NaN,
        row.get("tokens") instanceof Long tokens ? tokens.intValue() : 0,
        String.valueOf(row.get("sha256")),
        row.get("reply") instanceof String text ? Optional.of(text) : Optional.empty(),
        row.get("loss") instanceof Double loss ? Optional.of(loss) : Optional.empty());
  }
}
