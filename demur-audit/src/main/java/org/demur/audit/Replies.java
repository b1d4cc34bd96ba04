package org.demur.audit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.demur.data.store.RowLog;
import org.demur.eval.judge.ListJudge;
import org.demur.eval.judge.Reply;
import org.demur.eval.judge.ReplyJudge;
import org.demur.eval.judge.Verdict;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.intervention.Plan;
import org.demur.report.SampleReply;
import org.jspecify.annotations.Nullable;

/// Lets the model reply and judges what it says; finished batches are on disk at once.
///
/// Batches are the same in every run, so that an interrupted run that goes on gives the same bits.
final class Replies {
  /// Rows that are decoded together: more make a step cheaper per row as long as memory allows.
  private static final int BATCH = 84;

  private final AuditedModel subject;
  private final ReplyJudge judge;
  private final RowLog log;
  private final boolean keepReplies;
  private long generatedTokens;

  Replies(AuditedModel subject, ReplyJudge judge, RowLog log, boolean keepReplies) {
    this.subject = subject;
    this.judge = judge;
    this.log = log;
    this.keepReplies = keepReplies;
  }

  long generatedTokens() {
    return generatedTokens;
  }

  /// Replies to all cases, greedily, in their order.
  ///
  /// @param stage name under which they are kept
  List<JudgedReply> of(
      String stage, List<PromptCase> cases, Plan plan, int maxNewTokens, IntConsumer progress) {
    Map<String, JudgedReply> found = new LinkedHashMap<>();
    List<PromptCase> sorted = new ArrayList<>(cases);
    sorted.sort(Comparator.comparingInt((PromptCase one) -> one.tokens().length()));
    for (int from = 0; from < sorted.size(); from += BATCH) {
      List<PromptCase> batch = sorted.subList(from, Math.min(from + BATCH, sorted.size()));
      if (batch.stream().allMatch(one -> log.contains(key(stage, one)))) {
        batch.forEach(one -> found.put(one.id(), kept(stage, one)));
      } else {
        generate(batch, plan, maxNewTokens).forEach(found::put);
        batch.forEach(one -> keep(stage, one, found));
      }
      progress.accept(found.size());
    }
    return cases.stream().map(one -> require(found.get(one.id()))).toList();
  }

  private JudgedReply kept(String stage, PromptCase one) {
    JudgedReply reply = JudgedReply.ofRow(log.row(key(stage, one)).orElseThrow());
    generatedTokens += reply.tokens();
    return reply;
  }

  private void keep(String stage, PromptCase one, Map<String, JudgedReply> found) {
    if (!log.contains(key(stage, one))) {
      log.append(key(stage, one), require(found.get(one.id())).toRow());
    }
  }

  private static String key(String stage, PromptCase one) {
    return "reply/" + stage + "/" + one.id();
  }

  private static JudgedReply require(@Nullable JudgedReply reply) {
    return Objects.requireNonNull(reply, "every prompt has a reply");
  }

  private Map<String, JudgedReply> generate(List<PromptCase> batch, Plan plan, int maxNewTokens) {
    GenerationRequest request =
        GenerationRequest.greedy(maxNewTokens, subject.endOfSequence())
            .with(plan.isEmpty() ? List.of() : List.of(plan));
    Generated generated =
        new Generator(subject.model(), Optional.of(subject.tokenizer()))
            .generate(Cases.tokens(batch), request);
    Map<String, JudgedReply> judged = new LinkedHashMap<>();
    for (int i = 0; i < batch.size(); i++) {
      Generated.Answer answer = generated.rows().get(i);
      generatedTokens += answer.ids().size();
      judged.put(batch.get(i).id(), judge(batch.get(i), answer));
    }
    return judged;
  }

  private JudgedReply judge(PromptCase prompt, Generated.Answer answer) {
    boolean cut = answer.finishReason() == Generated.FinishReason.LENGTH;
    Verdict verdict = judge.judge(Reply.to(prompt.source().text(), answer.text()).truncated(cut));
    return new JudgedReply(
        verdict.label(),
        verdict.score(),
        ListJudge.SUBSTRING.fires(answer.text()),
        answer.ids().size(),
        excerpt(answer.text()));
  }

  /// Only the beginning of a reply is ever kept.
  private String excerpt(String text) {
    if (!keepReplies) {
      return "";
    }
    String line = text.strip().replaceAll("\\s+", " ");
    int most = SampleReply.EXCERPT_LENGTH;
    int end = line.offsetByCodePoints(0, Math.min(most, line.codePointCount(0, line.length())));
    return line.substring(0, end);
  }
}
