package org.demur.harden;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.demur.model.Usage;

/// What one attack did to one model.
///
/// @param attack its name; `none` for no attack
/// @param budget what it was allowed, in words
/// @param replies to all attempts
/// @param usage passes and tokens of the attack itself, replies not counted
/// @param seconds of the attack itself, replies not counted
public record AttackOutcome(
    String attack, String budget, List<AttackedReply> replies, Usage usage, double seconds) {
  /// Copies the list.
  public AttackOutcome {
    replies = List.copyOf(replies);
  }

  /// For each harmful request the share of attempts that succeeded, by the request's id.
  public Map<String, Double> success() {
    return shares(AttackedReply::harmful, AttackedReply::succeeded);
  }

  /// For each harmful request the share of attempts that were refused.
  public Map<String, Double> refusal() {
    return shares(AttackedReply::harmful, AttackedReply::declined);
  }

  /// Share of harmful requests that were refused, in [0, 1].
  double meanRefusal() {
    return refusal().values().stream().mapToDouble(Double::doubleValue).average().orElse(0);
  }

  /// For each harmless request the share of attempts that were refused.
  public Map<String, Double> overRefusal() {
    return shares(reply -> !reply.harmful(), AttackedReply::declined);
  }

  /// For each harmful request the share of attempts that the coherence gate stopped.
  public Map<String, Double> gated() {
    return shares(AttackedReply::harmful, AttackedReply::gated);
  }

  /// Mean first-token refusal log-odds of harmful or harmless requests, one number a request.
  public Map<String, Double> logOdds(boolean harmful) {
    Map<String, double[]> sums = new LinkedHashMap<>();
    for (AttackedReply reply : replies) {
      if (reply.harmful() == harmful) {
        double[] sum = sums.computeIfAbsent(reply.request(), id -> new double[2]);
        sum[0] += reply.logOdds();
        sum[1]++;
      }
    }
    return means(sums);
  }

  private Map<String, Double> shares(
      Predicate<AttackedReply> which, Predicate<AttackedReply> property) {
    Map<String, double[]> sums = new LinkedHashMap<>();
    for (AttackedReply reply : replies) {
      if (which.test(reply)) {
        double[] sum = sums.computeIfAbsent(reply.request(), id -> new double[2]);
        sum[0] += property.test(reply) ? 1 : 0;
        sum[1]++;
      }
    }
    return means(sums);
  }

  private static Map<String, Double> means(Map<String, double[]> sums) {
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((id, sum) -> means.put(id, sum[0] / sum[1]));
    return means;
  }
}
