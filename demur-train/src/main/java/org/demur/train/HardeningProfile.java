package org.demur.train;

import java.util.Locale;
import java.util.Optional;
import org.demur.attacks.BallSettings;
import org.demur.model.adapter.LoraConfig;

/// How long a hardening of a small model on a processor trains.
///
/// The numbers are ours, for models of 135 to 270 million parameters.
public enum HardeningProfile {
  /// A first look: minutes.
  QUICK(30, 40, 5, 24),
  /// The default.
  STANDARD(80, 280, 8, 40);

  private static final double LEARNING_RATE = 2e-4;

  /// Of a rate that falls to zero.
  private static final double FIRST_RATE = 3e-4;

  private static final int WARM_UP = 5;
  private static final int PUBLISHED_PERIOD = 4;
  private static final int PERIOD = 8;
  private static final int PROMPTS_PER_ROW = 8;
  private static final int RANK = 16;
  private static final double ALPHA = 32;

  private final int refusalSteps;
  private final int steps;
  private final int rowsPerSide;
  private final int maxNewTokens;

  HardeningProfile(int refusalSteps, int steps, int rowsPerSide, int maxNewTokens) {
    this.refusalSteps = refusalSteps;
    this.steps = steps;
    this.rowsPerSide = rowsPerSide;
    this.maxNewTokens = maxNewTokens;
  }

  /// Tokens of the model's own replies.
  public int maxNewTokens() {
    return maxNewTokens;
  }

  /// Steps of refusal training at most, before another method begins.
  public int refusalSteps() {
    return refusalSteps;
  }

  /// Everyday requests and pairs of each split that are used.
  public int prompts() {
    return this == QUICK ? 36 : 10_000;
  }

  /// Everyday requests and prompts of pairs beside those, to train on only. Few steps do not learn
  /// them by heart.
  public int morePrompts() {
    return this == QUICK ? 0 : 10_000;
  }

  /// Rank, alpha and dropout of a new adapter.
  public LoraConfig adapter() {
    return LoraConfig.of(RANK, ALPHA, 0);
  }

  /// The settings of a run.
  ///
  /// @param refat how rows are ablated; empty for plain refusal training
  /// @param otherSteps steps instead of the profile's
  public TrainingSettings settings(
      Optional<RefatSettings> refat, Optional<Integer> otherSteps, long seed) {
    int taken = otherSteps.orElse(steps);
    return TrainingSettings.plain(taken, rowsPerSide, LEARNING_RATE)
        .warmingUp(Math.min(WARM_UP, taken))
        .seeded(seed)
        .with(refat.map(given -> given.refreshing(PUBLISHED_PERIOD, 2 * rowsPerSide)));
  }

  /// The settings of a run of any method, with numbers for small models on a processor where the
  /// published ones are for large ones on accelerators.
  ///
  /// ReFAT is that of [RefatSettings#BROAD]. A step of LAT is an update; its steps are rounded up
  /// to whole perturbations. The warm-up is left out where an optimiser begins anew.
  ///
  /// @param otherSteps steps instead of the profile's
  public TrainingSettings settings(
      HardeningMethod method, Optional<Integer> otherSteps, long seed) {
    TrainingSettings plain = settings(Optional.<RefatSettings>empty(), otherSteps, seed);
    return switch (method) {
      case RT -> plain;
      case REFAT -> broad(settings(Optional.empty(), otherSteps, seed));
      case DEEPREFUSAL -> plain.with(DeepRefusalSettings.PUBLISHED);
      case CIRCUIT_BREAKERS ->
          // as published, the schedule is half done in the end
          plain.with(CircuitBreakerSettings.PUBLISHED.over(2 * plain.steps()));
      case CAT ->
          plain
              .with(CatSettings.PUBLISHED.attackedBy(BallSettings.FILLING))
              .bounding(CatSettings.PUBLISHED_GRADIENT_BOUND);
      case CAPO ->
          plain
              .with(CapoSettings.PUBLISHED.attackedBy(BallSettings.FILLING))
              .bounding(CatSettings.PUBLISHED_GRADIENT_BOUND);
      case LAT -> lat(otherSteps, seed);
      case R2D2 -> plain.with(R2d2Settings.REDUCED);
    };
  }

  /// With a constant rate model and directions circle around each other; directions of few prompts
  /// leave an eighth of the attacker's direction in the stream; what an ablated model says after
  /// "I'm" decides whether it refuses (docs/log.md).
  private static TrainingSettings broad(TrainingSettings plain) {
    return plain
        .with(
            Optional.of(
                RefatSettings.BROAD.refreshing(PERIOD, PROMPTS_PER_ROW * plain.rowsPerSide())))
        .weighing(LossWeighting.OPENINGS)
        .paced(FIRST_RATE)
        .following(Schedule.LINEAR);
  }

  private TrainingSettings lat(Optional<Integer> otherSteps, long seed) {
    int updates = LatSettings.PUBLISHED.updates();
    int taken = (otherSteps.orElse(steps) + updates - 1) / updates * updates;
    return TrainingSettings.plain(taken, rowsPerSide, LEARNING_RATE / 2)
        .seeded(seed)
        .with(LatSettings.PUBLISHED);
  }

  /// The name on the command line.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
