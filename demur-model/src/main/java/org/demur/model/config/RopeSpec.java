package org.demur.model.config;

import java.util.List;

/// Rotary position embedding: frequencies of the pairs and a factor of cosine and sine.
///
/// **Source**: RoFormer (Su et al. 2021); scaling as in the Hugging Face configuration.
public sealed interface RopeSpec {
  /// Names of the accepted kinds, as in `rope_type`.
  List<String> KNOWN = List.of("default", "linear", "dynamic", "llama3", "yarn", "longrope");

  /// Coordinates of a head that are rotated; the rest passes unchanged.
  int rotaryWidth();

  /// Frequencies for a row of `length` tokens: one per pair, radians per token.
  double[] frequencies(int length);

  /// Factor of cosine and sine.
  default double attentionFactor() {
    return 1;
  }

  /// Whether the frequencies change with the length of the row.
  default boolean dependsOnLength() {
    return false;
  }

  private static double[] geometric(double theta, int width) {
    double[] frequencies = new double[width / 2];
    for (int pair = 0; pair < frequencies.length; pair++) {
      frequencies[pair] = Math.pow(theta, -2.0 * pair / width);
    }
    return frequencies;
  }

  /// Unscaled frequencies, or all divided by one factor (`linear`).
  ///
  /// @param factor 1 for `default`
  record Plain(int rotaryWidth, double theta, double factor) implements RopeSpec {
    @Override
    public double[] frequencies(int length) {
      double[] frequencies = geometric(theta, rotaryWidth);
      for (int pair = 0; pair < frequencies.length; pair++) {
        frequencies[pair] /= factor;
      }
      return frequencies;
    }
  }

  /// Base that grows with the length beyond the trained one (`dynamic`, NTK-aware).
  record Dynamic(int rotaryWidth, double theta, double factor, int trainedLength)
      implements RopeSpec {
    @Override
    public double[] frequencies(int length) {
      double stretch = factor * Math.max(length, trainedLength) / trainedLength - (factor - 1);
      double exponent = rotaryWidth / (rotaryWidth - 2.0);
      return geometric(theta * Math.pow(stretch, exponent), rotaryWidth);
    }

    @Override
    public boolean dependsOnLength() {
      return true;
    }
  }

  /// Low frequencies divided by a factor, high ones kept, a ramp between (`llama3`).
  record Llama3(
      int rotaryWidth,
      double theta,
      double factor,
      double lowFrequencyFactor,
      double highFrequencyFactor,
      int trainedLength)
      implements RopeSpec {
    @Override
    public double[] frequencies(int length) {
      double[] frequencies = geometric(theta, rotaryWidth);
      for (int pair = 0; pair < frequencies.length; pair++) {
        double wavelength = 2 * Math.PI / frequencies[pair];
        double kept =
            (trainedLength / wavelength - lowFrequencyFactor)
                / (highFrequencyFactor - lowFrequencyFactor);
        double share = Math.clamp(kept, 0.0, 1.0);
        frequencies[pair] *= share + (1 - share) / factor;
      }
      return frequencies;
    }
  }

  /// Interpolation by parts with a temperature (`yarn`, Peng et al. 2023).
  ///
  /// @param betaFast rotations above which a pair keeps its frequency
  /// @param betaSlow rotations below which a pair is interpolated
  /// @param truncate whether the ramp's ends are rounded outwards to whole pairs
  record Yarn(
      int rotaryWidth,
      double theta,
      double factor,
      double attentionFactor,
      double betaFast,
      double betaSlow,
      boolean truncate,
      int trainedLength)
      implements RopeSpec {
    @Override
    public double[] frequencies(int length) {
      double low = pairOfRotations(betaFast);
      double high = pairOfRotations(betaSlow);
      if (truncate) {
        low = Math.floor(low);
        high = Math.ceil(high);
      }
      low = Math.max(low, 0);
      high = Math.min(high, rotaryWidth - 1.0);
      if (low == high) {
        high += 0.001; // the reference avoids the division by zero in this way
      }
      double[] frequencies = geometric(theta, rotaryWidth);
      for (int pair = 0; pair < frequencies.length; pair++) {
        double interpolated = Math.clamp((pair - low) / (high - low), 0.0, 1.0);
        frequencies[pair] *= interpolated / factor + (1 - interpolated);
      }
      return frequencies;
    }

    private double pairOfRotations(double rotations) {
      return rotaryWidth
          * Math.log(trainedLength / (rotations * 2 * Math.PI))
          / (2 * Math.log(theta));
    }
  }

  /// A factor for every pair, one list for short and one for long rows (`longrope`).
  ///
  /// @param shortFactors divisors of the frequencies up to `trainedLength` tokens
  /// @param longFactors divisors beyond
  record LongRope(
      int rotaryWidth,
      double theta,
      List<Double> shortFactors,
      List<Double> longFactors,
      double attentionFactor,
      int trainedLength)
      implements RopeSpec {
    @Override
    public double[] frequencies(int length) {
      List<Double> factors = length > trainedLength ? longFactors : shortFactors;
      double[] frequencies = geometric(theta, rotaryWidth);
      for (int pair = 0; pair < frequencies.length; pair++) {
        frequencies[pair] /= factors.get(pair);
      }
      return frequencies;
    }

    @Override
    public boolean dependsOnLength() {
      return true;
    }
  }
}
