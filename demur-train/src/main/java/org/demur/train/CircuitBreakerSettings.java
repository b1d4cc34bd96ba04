package org.demur.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeSet;
import org.demur.core.ErrorCode;

/// How circuit breakers (representation rerouting) train.
///
/// **Source.** Zou et al. 2024, "Improving alignment and robustness with circuit breakers" (arXiv
/// 2406.04313) and its code.
///
/// @param alpha factor of the whole loss: 10 for Llama-3, 5 for Mistral
/// @param scheduleSteps steps in which the weight moves from rerouting to retaining
/// @param rerouted layers whose input is rerouted, as shares of the depth
/// @param lastLayer last layer that a pass goes through, as a share of the depth
public record CircuitBreakerSettings(
    double alpha, int scheduleSteps, List<Double> rerouted, double lastLayer)
    implements MethodSettings {
  private static final double ALPHA = 10;
  private static final int SCHEDULE_STEPS = 300;
  private static final double PUBLISHED_LAYERS = 32;

  /// The published settings for Llama-3-8B-Instruct: layers 10 and 20 of 32, and none behind 20
  /// while training; 300 steps of schedule, of which 150 are trained.
  public static final CircuitBreakerSettings PUBLISHED =
      new CircuitBreakerSettings(
          ALPHA,
          SCHEDULE_STEPS,
          List.of(10 / PUBLISHED_LAYERS, 20 / PUBLISHED_LAYERS),
          20 / PUBLISHED_LAYERS);

  /// Copies the list and checks the ranges.
  ///
  /// @throws TrainException with `USAGE` for a number outside of its range
  public CircuitBreakerSettings {
    rerouted = List.copyOf(rerouted);
    boolean inside = rerouted.stream().allMatch(depth -> depth >= 0 && depth <= lastLayer);
    if (!(alpha > 0) || scheduleSteps < 1 || rerouted.isEmpty() || !inside || !(lastLayer < 1)) {
      throw new TrainException(
          ErrorCode.USAGE,
          "alpha %s must be above 0, schedule steps %d at least 1, and the depths %s of rerouting from 0 to the last layer's, %s, which is below 1"
              .formatted(alpha, scheduleSteps, rerouted, lastLayer));
    }
  }

  /// The same settings with another length of the schedule.
  public CircuitBreakerSettings over(int steps) {
    return new CircuitBreakerSettings(alpha, steps, rerouted, lastLayer);
  }

  /// Weights of the two terms at a step.
  ///
  /// @param step from 0
  public Weights weights(int step) {
    double done = Math.min(1, step / (double) scheduleSteps);
    return new Weights(alpha * done, alpha * (1 - done));
  }

  /// Weights of the two terms.
  ///
  /// @param retain of the distance on harmless rows
  /// @param reroute of the cosine on harmful rows with openers
  public record Weights(double retain, double reroute) {}

  /// Residual streams, by the block that they enter; what enters the first is the embeddings, which
  /// nothing trained changes.
  List<Integer> reroutedBlocks(int nLayers) {
    return List.copyOf(
        new TreeSet<>(
            rerouted.stream().map(depth -> Math.max(1, (int) (depth * nLayers))).toList()));
  }

  /// Blocks that a pass goes through.
  int blocks(int nLayers) {
    return (int) (lastLayer * nLayers) + 1;
  }

  @Override
  public HardeningMethod method() {
    return HardeningMethod.CIRCUIT_BREAKERS;
  }

  @Override
  public SequencedMap<String, String> configuration() {
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("alpha", "" + alpha);
    map.put("scheduleSteps", "" + scheduleSteps);
    map.put("rerouted", rerouted.toString());
    map.put("lastLayer", "" + lastLayer);
    return map;
  }
}
