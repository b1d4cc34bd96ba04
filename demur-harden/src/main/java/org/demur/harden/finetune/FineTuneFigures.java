package org.demur.harden.finetune;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.demur.data.Label;
import org.demur.guard.GuardEvaluation;
import org.demur.guard.ScoredPrompt;
import org.demur.harden.AttackOutcome;
import org.demur.report.Figures;
import org.demur.report.FineTuneReport.BeliefShift;
import org.demur.report.FineTuneReport.LayerTurn;
import org.demur.report.FineTuneReport.TunedGuard;
import org.demur.report.FineTuneReport.TunedState;
import org.demur.report.Measured;
import org.demur.report.Rate;
import org.demur.stats.Bootstrap;
import org.demur.stats.McNemar;
import org.demur.stats.Proportion;

/// Turns what was measured into numbers with intervals; states nothing on too few cases.
final class FineTuneFigures {
  private final Bootstrap bootstrap;

  FineTuneFigures(long seed) {
    bootstrap = Bootstrap.standard(seed);
  }

  TunedState state(FineTuneResult.State state) {
    AttackOutcome outcome = state.arm().outcomes().getFirst();
    Map<String, Double> harmful = outcome.refusal();
    Map<String, Double> twins = outcome.overRefusal();
    return new TunedState(
        state.arm().key(),
        state.arm().name(),
        rate(harmful.values()),
        rate(twins.values()),
        rate(state.arm().everyday().overRefusal().values()),
        rate(outcome.gated().values()),
        rate(opened(state, harmful.keySet())),
        rate(opened(state, twins.keySet())),
        mean(outcome.logOdds(true).values()),
        mean(outcome.logOdds(false).values()));
  }

  private static List<Double> opened(FineTuneResult.State state, Collection<String> ids) {
    return ids.stream().map(id -> state.opened().getOrDefault(id, false) ? 1.0 : 0.0).toList();
  }

  private static Rate rate(Collection<Double> shares) {
    int count = (int) shares.stream().filter(share -> share > 0.5).count();
    return rate(new Proportion(count, shares.size()));
  }

  private static Rate rate(Proportion proportion) {
    return Figures.rate(proportion.successes(), proportion.n());
  }

  private Measured mean(Collection<Double> values) {
    return Figures.mean(bootstrap, array(values));
  }

  /// Share of declined harmful requests, after minus before, request by request.
  Measured refusalChange(FineTuneResult result) {
    boolean[] before = declined(result.before(), result);
    boolean[] after = declined(result.after(), result);
    return before.length < Figures.FEWEST
        ? Measured.tooFew(before.length)
        : Figures.measured(bootstrap.rateDifference(after, before));
  }

  /// McNemar's exact test on the same.
  double refusalPValue(FineTuneResult result) {
    boolean[] before = declined(result.before(), result);
    return before.length < Figures.FEWEST
        ? Double.NaN
        : McNemar.of(before, declined(result.after(), result)).pValue();
  }

  private static boolean[] declined(FineTuneResult.State state, FineTuneResult result) {
    Map<String, Double> of = state.arm().outcomes().getFirst().refusal();
    List<String> ids = List.copyOf(result.before().arm().outcomes().getFirst().refusal().keySet());
    boolean[] declined = new boolean[ids.size()];
    for (int i = 0; i < declined.length; i++) {
      declined[i] = of.getOrDefault(ids.get(i), 0.0) > 0.5;
    }
    return declined;
  }

  TunedGuard guard(String key, String name, FineTuneResult.Guarded guarded) {
    GuardEvaluation found = GuardEvaluation.of(guarded.scored(), guarded.threshold(), bootstrap);
    return new TunedGuard(
        key,
        name,
        Figures.measured(found.auroc()),
        guarded.threshold(),
        rate(found.atThreshold().detected()),
        rate(found.atThreshold().falseFlags()),
        mean(scores(guarded, ScoredPrompt::harmful)),
        mean(scores(guarded, one -> !one.harmful())));
  }

  private static List<Double> scores(
      FineTuneResult.Guarded guarded, Predicate<ScoredPrompt> wanted) {
    return guarded.scored().stream().filter(wanted).map(one -> one.score().score()).toList();
  }

  /// How far the belief moved, by the guard that was fitted before the attack.
  BeliefShift shift(FineTuneResult.Guarded before, FineTuneResult.Guarded after) {
    double[] harmful = array(scores(before, ScoredPrompt::harmful));
    double[] twins = array(scores(before, one -> !one.harmful()));
    double[] harmfulAfter = array(scores(after, ScoredPrompt::harmful));
    double[] twinsAfter = array(scores(after, one -> !one.harmful()));
    List<Double> gaps = gaps(before);
    List<Double> gapsAfter = gaps(after);
    List<Double> gapChanges = new ArrayList<>();
    for (int i = 0; i < gaps.size(); i++) {
      gapChanges.add(gapsAfter.get(i) - gaps.get(i));
    }
    Measured gap = mean(gaps);
    Measured shift = Figures.measured(bootstrap.meanDifference(harmfulAfter, harmful));
    return new BeliefShift(
        gap,
        shift,
        Figures.measured(bootstrap.meanDifference(twinsAfter, twins)),
        mean(gapChanges),
        Math.abs(shift.value()) / gap.value(),
        Figures.measured(bootstrap.aurocDifference(harmfulAfter, twinsAfter, harmful, twins)));
  }

  private static double[] array(Collection<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /// For each pair the belief of its harmful prompt minus that of its twin.
  private static List<Double> gaps(FineTuneResult.Guarded guarded) {
    List<Double> gaps = new ArrayList<>();
    for (ScoredPrompt one : guarded.scored()) {
      if (one.harmful()) {
        twin(one, guarded).ifPresent(twin -> gaps.add(one.score().score() - twin.score().score()));
      }
    }
    return gaps;
  }

  private static Optional<ScoredPrompt> twin(ScoredPrompt one, FineTuneResult.Guarded guarded) {
    return guarded.scored().stream()
        .filter(other -> other.prompt().label() == Label.HARMLESS)
        .filter(other -> other.prompt().pair().equals(one.prompt().pair()))
        .findFirst();
  }

  /// How far both directions of every layer turned.
  static List<LayerTurn> turns(FineTuneResult.State before, FineTuneResult.State after) {
    List<LayerTurn> turns = new ArrayList<>();
    for (int row = 0; row < before.harmfulness().rows(); row++) {
      turns.add(
          new LayerTurn(
              row,
              after.harmfulness().cosine(0, row, before.harmfulness(), 0),
              after.refusal().cosine(0, row, before.refusal(), 0),
              after.harmfulness().norm(0, row) / before.harmfulness().norm(0, row),
              after.refusal().norm(0, row) / before.refusal().norm(0, row)));
    }
    return turns;
  }
}
