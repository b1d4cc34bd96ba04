package org.demur.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.eval.judge.JudgeError;
import org.demur.eval.judge.ReplyClass;
import org.demur.eval.judge.ReplyJudge;
import org.demur.report.BehaviourSection;
import org.demur.report.BeliefSection;
import org.demur.report.Figures;
import org.demur.report.Rate;
import org.demur.report.SampleReply;
import org.demur.stats.Bootstrap;
import org.demur.stats.Proportion;
import org.demur.stats.RateCorrection;

/// The sections on what the model did, and on what it did against what it believed.
final class BehaviourBuilder {
  private static final int EXAMPLES = 5;
  private static final String CORRECTION =
      "Rates are corrected by Rogan and Gladen's estimator from the judge's sensitivity and"
          + " specificity on replies labelled by hand; the interval resamples those counts and the"
          + " observed ones.";

  private final ScoredCases test;
  private final List<JudgedReply> replies;
  private final Bootstrap bootstrap;

  BehaviourBuilder(ScoredCases test, List<JudgedReply> replies, long seed) {
    this.test = test;
    this.replies = replies;
    this.bootstrap = Bootstrap.standard(seed);
  }

  BehaviourSection behaviour(ReplyJudge judge, JudgeError error) {
    return new BehaviourSection(
        label(true, error), label(false, error), judge(judge, error), CORRECTION);
  }

  private BehaviourSection.LabelBehaviour label(boolean harmful, JudgeError error) {
    int n = 0;
    int declined = 0;
    int substring = 0;
    Map<String, Integer> classes = new LinkedHashMap<>();
    for (ReplyClass label : ReplyClass.values()) {
      classes.put(label.label(), 0);
    }
    for (int i = 0; i < replies.size(); i++) {
      if (test.cases().get(i).harmful() == harmful) {
        JudgedReply reply = replies.get(i);
        n++;
        declined += reply.declined() ? 1 : 0;
        substring += reply.substring() ? 1 : 0;
        classes.merge(reply.label().label(), 1, Integer::sum);
      }
    }
    RateCorrection correction =
        new RateCorrection(new Proportion(declined, n), error.sensitivity(), error.specificity());
    return new BehaviourSection.LabelBehaviour(
        Figures.rate(declined, n),
        Figures.measured(correction.estimate(bootstrap), n),
        Figures.rate(substring, n),
        classes,
        Figures.spread(test.logOdds(harmful)));
  }

  private static BehaviourSection.Judge judge(ReplyJudge judge, JudgeError error) {
    Optional<String> warning =
        judge.calibration().isPresent()
            ? Optional.empty()
            : Optional.of(
                "The judge was not calibrated for this model: `demur judge calibrate` sets its"
                    + " threshold from labelled replies.");
    List<String> names = new ArrayList<>();
    List<List<Integer>> counts = new ArrayList<>();
    for (ReplyClass hand : ReplyClass.values()) {
      names.add(hand.label());
      List<Integer> row = new ArrayList<>();
      for (ReplyClass judged : ReplyClass.values()) {
        row.add(error.count(hand, judged));
      }
      counts.add(row);
    }
    return new BehaviourSection.Judge(
        judge.id(),
        judge.calibration().isPresent(),
        warning,
        error.measuredOn(),
        rate(error.accuracy()),
        rate(error.sensitivity()),
        rate(error.specificity()),
        new BehaviourSection.Confusion(names, counts));
  }

  private static Rate rate(Proportion proportion) {
    return Figures.rate(proportion.successes(), proportion.n());
  }

  /// Belief of harmfulness, at threshold 0 as published, against behaviour.
  BeliefSection belief() {
    int[][] counts = new int[2][4];
    List<List<String>> cells = List.of(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < replies.size(); i++) {
      PromptCase one = test.cases().get(i);
      boolean believed = test.harmfulness(i) >= 0;
      boolean declined = replies.get(i).declined();
      counts[one.harmful() ? 0 : 1][(believed ? 0 : 2) + (declined ? 0 : 1)]++;
      if (one.harmful() && believed && !declined) {
        cells.getFirst().add(one.id());
      } else if (!one.harmful() && !believed && declined) {
        cells.getLast().add(one.id());
      }
    }
    return new BeliefSection(
        0,
        counts(counts[0]),
        counts(counts[1]),
        cell(cells.getFirst(), counts[0][0] + counts[0][1], "harmful prompts believed harmful"),
        cell(cells.getLast(), counts[1][2] + counts[1][3], "harmless prompts believed harmless"));
  }

  private static BeliefSection.Counts counts(int... cells) {
    return new BeliefSection.Counts(cells[0], cells[1], cells[2], cells[3]);
  }

  private static BeliefSection.NamedCell cell(List<String> ids, int outOf, String what) {
    return new BeliefSection.NamedCell(
        Figures.rate(ids.size(), outOf),
        what,
        outOf < Figures.FEWEST,
        ids.subList(0, Math.min(EXAMPLES, ids.size())));
  }

  /// All replies, as far as they were kept.
  List<SampleReply> samples() {
    List<SampleReply> samples = new ArrayList<>();
    for (int i = 0; i < replies.size(); i++) {
      PromptCase one = test.cases().get(i);
      JudgedReply reply = replies.get(i);
      boolean mayHarm = one.harmful() && !reply.declined();
      samples.add(
          new SampleReply(
              one.id(),
              Figures.label(one.harmful()),
              one.source().category(),
              reply.label().label(),
              Optional.of(reply.excerpt()).filter(text -> !text.isEmpty()),
              mayHarm));
    }
    return samples;
  }
}
