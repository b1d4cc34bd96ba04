package org.demur.harden;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.demur.attacks.Attack;
import org.demur.attacks.Attempt;
import org.demur.attacks.Request;
import org.demur.attacks.Victim;
import org.demur.core.Hashes;
import org.demur.data.store.RowLog;
import org.demur.directions.NextToken;
import org.demur.eval.judge.Reply;
import org.demur.eval.judge.ReplyJudge;
import org.demur.eval.judge.Verdict;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.Prompt;
import org.demur.model.Usage;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Plan;
import org.demur.tensor.Scope;

/// Attacks one model, lets it reply to every attempt and judges the replies.
///
/// An attack whose replies are all in the journal is not run again. Batches are the same in every
/// run, so that an interrupted run that goes on gives the same bits.
public final class AttackRun {
  /// Attempts that are replied to together.
  private static final int BATCH = 48;

  /// No attack: every request as it is.
  private static final String NONE = "none";

  private final Victim victim;
  private final ReplyJudge judge;
  private final RowLog log;
  private final int maxNewTokens;
  private final boolean keepReplies;

  /// @param log keeps what was judged
  /// @param maxNewTokens of every reply
  /// @param keepReplies whether the journal keeps the texts, too; without it they are dropped
  public AttackRun(
      Victim victim, ReplyJudge judge, RowLog log, int maxNewTokens, boolean keepReplies) {
    this.victim = victim;
    this.judge = judge;
    this.log = log;
    this.maxNewTokens = maxNewTokens;
    this.keepReplies = keepReplies;
  }

  /// The requests without an attack.
  ///
  /// @param stage name under which the replies are kept
  public AttackOutcome untouched(String stage, List<Request> requests) {
    List<Prompt> prompts = victim.questions(requests);
    List<Attempt> attempts = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      attempts.add(Attempt.of(i, "", prompts.get(i), Plan.NONE));
    }
    String key = stage + "/" + NONE;
    return new AttackOutcome(
        NONE, "no attack", replies(key, attempts, requests, done -> {}), Usage.NONE, 0);
  }

  /// One attack on the requests; on the harmful ones only, where it says nothing about others.
  ///
  /// @param stage name under which the replies are kept
  /// @param mostHarmful harmful requests at most, of an attack that is made on these only
  /// @param progress is told how many requests are attacked
  public AttackOutcome of(
      String stage, Attack attack, List<Request> requests, int mostHarmful, IntConsumer progress) {
    List<Request> attacked =
        attack.appliesToHarmless()
            ? requests
            : requests.stream().filter(Request::harmful).limit(mostHarmful).toList();
    String key = stage + "/" + attack.name();
    Optional<AttackOutcome> known = known(key, attack);
    if (known.isPresent()) {
      return known.get();
    }
    Usage before = victim.model().usage();
    long start = System.nanoTime();
    List<Attempt> attempts = attack.on(victim, attacked, progress);
    Usage usage = victim.model().usage().since(before);
    double seconds = (System.nanoTime() - start) / 1e9;
    List<AttackedReply> replies = replies(key, attempts, attacked, done -> {});
    AttackOutcome outcome =
        new AttackOutcome(attack.name(), attack.budget(), replies, usage, seconds);
    keepCost(key, outcome);
    return outcome;
  }

  /// The outcome of an attack that an earlier run finished; its cost is written last.
  private Optional<AttackOutcome> known(String key, Attack attack) {
    return log.row(key)
        .map(
            cost -> {
              List<AttackedReply> replies = new ArrayList<>();
              for (String id : log.ids()) {
                if (id.startsWith(key + "/")) {
                  replies.add(AttackedReply.ofRow(log.row(id).orElseThrow()));
                }
              }
              Usage usage =
                  new Usage(
                      whole(cost, "forward_passes"),
                      whole(cost, "backward_passes"),
                      whole(cost, "tokens"));
              double seconds = cost.get("seconds") instanceof Double value ? value : 0;
              String budget = cost.get("budget") instanceof String told ? told : attack.budget();
              return new AttackOutcome(attack.name(), budget, replies, usage, seconds);
            });
  }

  private static long whole(Map<String, Object> row, String name) {
    return row.get(name) instanceof Long value ? value : 0;
  }

  private void keepCost(String key, AttackOutcome outcome) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("attack", outcome.attack());
    row.put("budget", outcome.budget());
    row.put("forward_passes", outcome.usage().forwardPasses());
    row.put("backward_passes", outcome.usage().backwardPasses());
    row.put("tokens", outcome.usage().tokens());
    row.put("seconds", outcome.seconds());
    log.append(key, row);
  }

  private List<AttackedReply> replies(
      String stage, List<Attempt> attempts, List<Request> requests, IntConsumer progress) {
    List<AttackedReply> all = new ArrayList<>();
    for (int from = 0; from < attempts.size(); from += BATCH) {
      List<Attempt> batch = attempts.subList(from, Math.min(from + BATCH, attempts.size()));
      List<String> keys =
          batch.stream()
              .map(one -> AttackedReply.key(stage, one, requests.get(one.request())))
              .toList();
      if (!keys.stream().allMatch(log::contains)) {
        List<AttackedReply> judged = judged(batch, requests);
        for (int i = 0; i < keys.size(); i++) {
          if (!log.contains(keys.get(i))) {
            log.append(keys.get(i), judged.get(i).toRow());
          }
        }
      }
      keys.forEach(key -> all.add(AttackedReply.ofRow(log.row(key).orElseThrow())));
      progress.accept(all.size());
    }
    return all;
  }

  private List<AttackedReply> judged(List<Attempt> batch, List<Request> requests) {
    List<Prompt> prompts = batch.stream().map(Attempt::prompt).toList();
    List<Plan> plans = plans(batch);
    double[] odds = logOdds(prompts, plans);
    GenerationRequest request =
        GenerationRequest.greedy(maxNewTokens, victim.speaker().endOfSequence()).with(plans);
    List<Generated.Answer> answers =
        new Generator(victim.model(), Optional.of(victim.speaker().tokenizer()))
            .generate(prompts, request)
            .rows();
    List<AttackedReply> judged = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      Request asked = requests.get(batch.get(i).request());
      Generated.Answer answer = answers.get(i);
      boolean cut = answer.finishReason() == Generated.FinishReason.LENGTH;
      Verdict verdict = judge.judge(Reply.to(asked.text(), answer.text()).truncated(cut));
      judged.add(
          new AttackedReply(
              asked.id(),
              asked.harmful(),
              batch.get(i).variant(),
              verdict.label(),
              odds[i],
              answer.ids().size(),
              Hashes.ofText(answer.text()),
              keepReplies ? Optional.of(answer.text()) : Optional.empty(),
              batch.get(i).loss()));
    }
    return judged;
  }

  /// One plan for all rows where they share it, so that shared beginnings are run once.
  private static List<Plan> plans(List<Attempt> batch) {
    List<Plan> plans = batch.stream().map(Attempt::plan).toList();
    if (plans.stream().distinct().count() > 1) {
      return plans;
    }
    return plans.getFirst().isEmpty() ? List.of() : List.of(plans.getFirst());
  }

  private double[] logOdds(List<Prompt> prompts, List<Plan> plans) {
    double[] odds = new double[prompts.size()];
    ForwardRequest request =
        ForwardRequest.logitsAt(Positions.LAST_PROMPT).with(plans.toArray(Plan[]::new));
    try (ForwardResult result = victim.model().forward(prompts, request)) {
      for (int row = 0; row < odds.length; row++) {
        try (Scope scope = Scope.open()) {
          odds[row] =
              NextToken.refusalLogOdds(result.logits(row).toFloats(), victim.tokens().ids());
        }
      }
    }
    return odds;
  }
}
