package org.demur.harden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.demur.attacks.Request;
import org.demur.attacks.TargetLoss;
import org.demur.attacks.TargetRow;
import org.demur.data.store.RowLog;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.model.intervention.Plan;
import org.demur.train.HelpfulReplies;

/// What a model replied to harmless test requests before it was trained, and how likely it finds
/// that later: the price of a hardening for its use.
final class HeldOutReplies {
  private static final int ROWS_AT_ONCE = 4;
  private static final String STAGE = "held-out/";

  private static final String KEPT = "kept/";

  private final TargetLoss loss;
  private final List<TargetLoss.Term> rows;

  private HeldOutReplies(Speaker speaker, List<TargetLoss.Term> rows) {
    this.loss = new TargetLoss(speaker.model());
    this.rows = rows;
  }

  /// Lets a model reply; what the journal has is not asked again, and what is declined is left out.
  static HeldOutReplies ask(
      Speaker speaker, List<Request> requests, HelpfulReplies replies, RowLog log) {
    SequencedMap<String, String> texts = new LinkedHashMap<>();
    for (Request request : requests) {
      texts.put(STAGE + request.id(), request.text());
    }
    List<TargetLoss.Term> rows = new ArrayList<>();
    replies
        .to(texts, log, done -> {})
        .forEach(
            (key, reply) -> {
              keep(log, key.substring(STAGE.length()), reply);
              Prompt question = speaker.question(Objects.requireNonNull(texts.get(key)));
              rows.add(TargetLoss.Term.towards(TargetRow.of(question, reply), Plan.NONE));
            });
    return new HeldOutReplies(speaker, rows);
  }

  /// Notes which of the journal's replies to a request is the one that counts.
  private static void keep(RowLog log, String request, int... reply) {
    if (!log.contains(KEPT + request)) {
      log.append(
          KEPT + request,
          Map.of("tokens", Arrays.stream(reply).mapToObj(id -> (long) id).toList()));
    }
  }

  /// Cross-entropy of each reply under the model as it is now, nats per token.
  List<Double> crossEntropies() {
    List<Double> all = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
      loss.of(rows.subList(from, Math.min(from + ROWS_AT_ONCE, rows.size())))
          .forEach(measured -> all.add(measured.loss()));
    }
    return all;
  }
}
