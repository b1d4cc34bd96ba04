package org.demur.harden;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.report.Figures;
import org.demur.report.Measured;
import org.demur.report.Rate;
import org.demur.report.RobustnessReport;
import org.demur.stats.Bootstrap;
import org.demur.stats.McNemar;

/// Turns outcomes into the numbers of a report; states nothing on too few cases.
final class ArmBuilder {
  private final Bootstrap bootstrap;

  ArmBuilder(long seed) {
    bootstrap = Bootstrap.standard(seed);
  }

  RobustnessReport.Arm arm(ArmResult result) {
    return new RobustnessReport.Arm(
        result.key(),
        result.name(),
        result.adapter(),
        result.refusalTokens(),
        mean(result.crossEntropies()),
        everyday(result.everyday()),
        result.outcomes().stream().map(this::attack).toList());
  }

  private RobustnessReport.Attack attack(AttackOutcome outcome) {
    return new RobustnessReport.Attack(
        outcome.attack(),
        outcome.budget(),
        share(outcome.success().values()),
        share(outcome.refusal().values()),
        share(outcome.overRefusal().values()),
        share(outcome.gated().values()),
        mean(outcome.logOdds(true).values()),
        mean(outcome.logOdds(false).values()),
        new RobustnessReport.Effort(
            outcome.usage().forwardPasses(),
            outcome.usage().backwardPasses(),
            outcome.usage().tokens(),
            outcome.seconds()));
  }

  private static Rate everyday(AttackOutcome outcome) {
    int declined = (int) outcome.replies().stream().filter(AttackedReply::declined).count();
    return Figures.rate(declined, outcome.replies().size());
  }

  /// Mean of shares with Wilson's interval where every request has a single attempt, and one from
  /// resampled requests elsewhere.
  private Measured share(Collection<Double> shares) {
    boolean single = shares.stream().allMatch(share -> share == 0 || share == 1);
    if (!single) {
      return mean(shares);
    }
    int successes = (int) shares.stream().filter(share -> share == 1).count();
    return Figures.rate(successes, shares.size()).measured();
  }

  private Measured mean(Collection<Double> values) {
    return Figures.mean(bootstrap, values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /// Paired differences of the attacks that both arms have.
  List<RobustnessReport.Change> changes(ArmResult from, ArmResult to) {
    List<RobustnessReport.Change> changes = new ArrayList<>();
    for (AttackOutcome before : from.outcomes()) {
      Optional<AttackOutcome> after =
          to.outcomes().stream()
              .filter(other -> other.attack().equals(before.attack()))
              .findFirst();
      after.ifPresent(other -> changes.add(change(from.key(), to.key(), before, other)));
    }
    return changes;
  }

  private RobustnessReport.Change change(
      String from, String to, AttackOutcome before, AttackOutcome after) {
    Map<String, Double> first = before.success();
    Map<String, Double> second = after.success();
    List<String> shared = first.keySet().stream().filter(second::containsKey).toList();
    boolean[] fell = new boolean[shared.size()];
    boolean[] falls = new boolean[shared.size()];
    List<Double> differences = new ArrayList<>();
    for (int i = 0; i < fell.length; i++) {
      double one = first.getOrDefault(shared.get(i), 0.0);
      double other = second.getOrDefault(shared.get(i), 0.0);
      fell[i] = one > 0.5;
      falls[i] = other > 0.5;
      differences.add(other - one);
    }
    return new RobustnessReport.Change(
        before.attack(),
        from,
        to,
        mean(differences),
        fell.length < Figures.FEWEST ? Double.NaN : McNemar.of(fell, falls).pValue());
  }
}
