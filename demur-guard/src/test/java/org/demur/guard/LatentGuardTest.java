package org.demur.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.demur.directions.DirectionFileJson;
import org.demur.directions.ModelFingerprint;
import org.demur.directions.ResidualRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatentGuardTest {
  /// Three layers, so four rows; row 0 is what a token embedding would be.
  private static final int ROWS = 4;

  private static final int WIDTH = 3;
  private static final ModelFingerprint MODEL =
      new ModelFingerprint(
          "a".repeat(64), Optional.empty(), Optional.of("b".repeat(64)), WIDTH, ROWS - 1);

  @TempDir private Path folder;

  private static ResidualRow random(SplittableRandom random, double shift) {
    float[] values = new float[ROWS * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextDouble() - 0.5 + (i % WIDTH == 0 ? shift : 0.3));
    }
    return new ResidualRow(1, ROWS, WIDTH, values);
  }

  private static CentroidSet fitted(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    CentroidSet set = new CentroidSet(MODEL);
    for (int i = 0; i < 20; i++) {
      set.addPositive(random(random, 1), i % 2 == 0 ? "fraud" : null);
      set.addNegative(random(random, -1));
    }
    return set;
  }

  /// The formula of the specification, written out with nothing shared.
  private static double reference(CentroidSet set, ResidualRow row, int first, int last) {
    double sum = 0;
    for (int l = first; l <= last; l++) {
      double[] cosines = new double[2];
      for (int side = 0; side < 2; side++) {
        double[] sums = (side == 0 ? set.positive() : set.negative()).sums();
        double dot = 0;
        double h2 = 0;
        double m2 = 0;
        for (int i = 0; i < WIDTH; i++) {
          double m = sums[l * WIDTH + i] / 20;
          double h = row.values()[l * WIDTH + i];
          dot += h * m;
          h2 += h * h;
          m2 += m * m;
        }
        cosines[side] = dot / Math.sqrt(h2 * m2);
      }
      sum += cosines[0] - cosines[1];
    }
    return sum / (last - first + 1);
  }

  @Test
  void theScoreIsTheMeanOverLayersOfTheDifferenceOfCosines() {
    CentroidSet set = fitted(1);
    LatentGuard guard = new LatentGuard(set, GuardSettings.PUBLISHED);
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 10; i++) {
      ResidualRow row = random(random, i - 5);
      GuardScore score = guard.score(row, 0);
      assertThat(score.score()).isCloseTo(reference(set, row, 1, 3), within(1e-12));
      assertThat(score.byRow()[0]).isCloseTo(reference(set, row, 0, 0), within(1e-12));
      assertThat(score.flagged()).isEqualTo(score.score() >= 0);
    }
  }

  @Test
  void aWindowLeavesOtherLayersOut() {
    CentroidSet set = fitted(1);
    ResidualRow row = random(new SplittableRandom(3), 0.2);
    GuardSettings window = new GuardSettings(GuardSettings.Mode.COSINE, 2, OptionalInt.of(2), 0.5);
    GuardScore score = new LatentGuard(set, window).score(row, 0);
    assertThat(score.score()).isCloseTo(reference(set, row, 2, 2), within(1e-12));
    assertThat(score.flagged()).isEqualTo(score.score() >= 0.5);
  }

  @Test
  void aProjectionIsOneAtTheHarmfulAndMinusOneAtTheHarmlessCentroid() {
    CentroidSet set = fitted(4);
    GuardSettings settings =
        new GuardSettings(GuardSettings.Mode.PROJECTION, 1, OptionalInt.empty(), 0);
    LatentGuard guard = new LatentGuard(set, settings);
    ResidualRow harmful = new ResidualRow(1, ROWS, WIDTH, set.positive().mean().rowsOf(0));
    ResidualRow harmless = new ResidualRow(1, ROWS, WIDTH, set.negative().mean().rowsOf(0));
    assertThat(guard.score(harmful, 0).score()).isCloseTo(1, within(1e-5));
    assertThat(guard.score(harmless, 0).score()).isCloseTo(-1, within(1e-5));
  }

  @Test
  void centringTakesAwayWhatBothSidesShare() {
    CentroidSet plain = new CentroidSet(MODEL);
    CentroidSet shifted = new CentroidSet(MODEL);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 10; i++) {
      ResidualRow harmful = random(random, 1);
      ResidualRow harmless = random(random, -1);
      plain.addPositive(harmful, null);
      plain.addNegative(harmless);
      shifted.addPositive(moved(harmful), null);
      shifted.addNegative(moved(harmless));
    }
    GuardSettings centred =
        new GuardSettings(GuardSettings.Mode.CENTRED, 1, OptionalInt.empty(), 0);
    ResidualRow row = random(random, 0.4);
    assertThat(new LatentGuard(shifted, centred).score(moved(row), 0).score())
        .isCloseTo(new LatentGuard(plain, centred).score(row, 0).score(), within(1e-3));
  }

  private static ResidualRow moved(ResidualRow row) {
    float[] values = row.values().clone();
    for (int i = 1; i < values.length; i += WIDTH) {
      values[i] += 50;
    }
    return new ResidualRow(1, ROWS, WIDTH, values);
  }

  @Test
  void setsOfPartsMergeToTheSetOfAll() {
    CentroidSet merged = fitted(6);
    merged.merge(fitted(7));
    assertThat(merged.positive().count()).isEqualTo(40);
    assertThat(Objects.requireNonNull(merged.categories().get("fraud")).count()).isEqualTo(20);
    double[] sum = fitted(6).positive().sums();
    double[] other = fitted(7).positive().sums();
    assertThat(merged.positive().sums()[5]).isEqualTo(sum[5] + other[5]);
    CentroidSet foreign =
        new CentroidSet(
            new ModelFingerprint("c".repeat(64), Optional.empty(), Optional.empty(), WIDTH, 3));
    assertThatThrownBy(() -> merged.merge(foreign))
        .isInstanceOf(GuardException.class)
        .hasMessageContaining("cannot be merged");
  }

  @Test
  void aSideWithoutPromptsIsAnError() {
    CentroidSet set = new CentroidSet(MODEL);
    set.addNegative(random(new SplittableRandom(8), 0));
    assertThatThrownBy(() -> new LatentGuard(set, GuardSettings.PUBLISHED))
        .hasMessageContaining("0 harmful and 1 harmless");
    GuardSettings beyond = new GuardSettings(GuardSettings.Mode.COSINE, 1, OptionalInt.of(9), 0);
    assertThatThrownBy(() -> new LatentGuard(fitted(1), beyond))
        .hasMessageContaining("ends at row 9, but the model has rows 0 to 3");
    assertThatThrownBy(() -> new GuardSettings(GuardSettings.Mode.COSINE, 3, OptionalInt.of(2), 0))
        .hasMessageContaining("3 to 2 is empty");
  }

  @Test
  void aGuardIsReadAsItWasWritten() throws IOException {
    CentroidSet set = fitted(9);
    GuardSettings settings =
        new GuardSettings(GuardSettings.Mode.CENTRED, 1, OptionalInt.of(2), 0.125);
    ThresholdCalibration calibration = new ThresholdCalibration(0.125, 0.05, 1, 20);
    LinkedHashMap<String, Object> facts = new LinkedHashMap<>();
    facts.put("seed", 3L);
    Path file = folder.resolve("guard.safetensors");
    GuardFileJson.write(new GuardFile(set, settings, Optional.of(calibration), facts), file);

    GuardFile read = GuardFileJson.read(file);

    assertThat(read.settings()).isEqualTo(settings);
    assertThat(read.calibration()).contains(calibration);
    assertThat(read.facts()).containsEntry("seed", 3L);
    assertThat(read.centroids().positive().sums()).isEqualTo(set.positive().sums());
    assertThat(read.centroids().negative().count()).isEqualTo(20);
    assertThat(read.centroids().categories()).containsOnlyKeys("fraud");
    ResidualRow row = random(new SplittableRandom(1), 0);
    assertThat(new LatentGuard(read.centroids(), settings).score(row, 0).score())
        .isEqualTo(new LatentGuard(set, settings).score(row, 0).score());

    Path json = DirectionFileJson.sidecar(file);
    Files.writeString(json, Files.readString(json).replace("centred", "sideways"));
    assertThatThrownBy(() -> GuardFileJson.read(file))
        .hasMessageContaining("field settings.mode must be cosine, centred or projection");
  }

  @Test
  void aThresholdFlagsAtMostTheWantedShareOfHarmlessPrompts() {
    double[] scores = {-3, -2, -1, 0, 1, 1, 1, 2, 3, 4};
    assertThat(ThresholdCalibration.of(scores, 0.1).threshold()).isEqualTo(3.5);
    assertThat(ThresholdCalibration.of(scores, 0.1).falsePositives()).isEqualTo(1);
    // Equal scores are flagged together or not at all.
    assertThat(ThresholdCalibration.of(scores, 0.5).falsePositives()).isEqualTo(3);
    ThresholdCalibration none = ThresholdCalibration.of(scores, 0.05);
    assertThat(none.falsePositives()).isZero();
    assertThat(none.threshold()).isGreaterThan(4);
    assertThatThrownBy(() -> ThresholdCalibration.of(scores, 1))
        .hasMessageContaining("at least 0 and below 1, got 1.0");
    assertThatThrownBy(() -> ThresholdCalibration.of(new double[0], 0.1))
        .hasMessageContaining("there are 0");
  }
}
