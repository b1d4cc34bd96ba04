package org.demur.stats;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/// Corrects a rate for the errors of the judge that counted it.
///
/// A judge with sensitivity `se` and specificity `sp` sees the rate `p se + (1 - p)(1 - sp)` where
/// the true rate is `p`. Solved for `p` this is the estimator of Rogan and Gladen: `(apparent + sp
/// -
///   1) / (se + sp - 1)`, clipped to [0, 1]. It is not identifiable when `se + sp <= 1`: such a
///      judge says nothing.
///
/// The interval is a parametric bootstrap over all three counts, since the judge's error rates are
/// estimates too: each resample draws the observed count and both counts of the judge from
/// binomials and corrects again. The binomials use `(k + 1/2) / (n + 1)`, because with `k / n` a
/// judge that made no mistake on 50 replies would count as one that never makes any. A draw that is
/// not identifiable could be any rate; such draws count as 0 and as 1 in turn, which widens the
/// interval. If they are more than one in twenty, there is no estimate.
///
/// The correction assumes that the judge errs on these replies as often as on the labelled ones.
///
/// Source: Rogan and Gladen 1978; uncertainty of all three rates as in Lang and Reiczigel 2014.
///
/// @param apparent replies that the judge counted, of all replies
/// @param sensitivity labelled replies with the property that the judge recognised
/// @param specificity labelled replies without the property that the judge let pass
public record RateCorrection(Proportion apparent, Proportion sensitivity, Proportion specificity) {
  private static final double MAX_UNIDENTIFIABLE = 0.05;

  /// Whether the judge is better than chance, so that a true rate can be inferred.
  public boolean identifiable() {
    return apparent.n() > 0
        && sensitivity.n() > 0
        && specificity.n() > 0
        && sensitivity.rate() + specificity.rate() > 1;
  }

  /// The corrected rate in [0, 1], or nothing when it is not identifiable.
  public OptionalDouble rate() {
    return identifiable()
        ? OptionalDouble.of(corrected(apparent.rate(), sensitivity.rate(), specificity.rate()))
        : OptionalDouble.empty();
  }

  /// The corrected rate with its interval; `n` is the number of replies that were counted.
  ///
  /// Empty when the rate is not identifiable, or is not in more than one resample in twenty.
  public Optional<Estimate> estimate(Bootstrap bootstrap) {
    OptionalDouble rate = rate();
    if (rate.isEmpty() || unidentifiableShare(bootstrap) > MAX_UNIDENTIFIABLE) {
      return Optional.empty();
    }
    Estimate drawn = bootstrap.estimate(rate.getAsDouble(), apparent.n(), this::resample);
    // Smoothing moves the draws inwards: the observed rate itself must stay inside.
    Interval interval =
        new Interval(
            Math.min(drawn.interval().low(), drawn.value()),
            Math.max(drawn.interval().high(), drawn.value()),
            drawn.interval().confidence());
    return Optional.of(new Estimate(drawn.value(), interval, drawn.n()));
  }

  private double resample(SplittableRandom random) {
    double seen = redraw(random, apparent);
    double drawnSensitivity = redraw(random, sensitivity);
    double drawnSpecificity = redraw(random, specificity);
    if (drawnSensitivity + drawnSpecificity <= 1) {
      return random.nextBoolean() ? 1 : 0;
    }
    return corrected(seen, drawnSensitivity, drawnSpecificity);
  }

  private double unidentifiableShare(Bootstrap bootstrap) {
    SplittableRandom random = new SplittableRandom(bootstrap.seed());
    int lost = 0;
    for (int draw = 0; draw < bootstrap.resamples(); draw++) {
      lost += redraw(random, sensitivity) + redraw(random, specificity) <= 1 ? 1 : 0;
    }
    return (double) lost / bootstrap.resamples();
  }

  private static double redraw(SplittableRandom random, Proportion observed) {
    double smoothed = (observed.successes() + 0.5) / (observed.n() + 1.0);
    return Bootstrap.successes(random, observed.n(), smoothed) / (double) observed.n();
  }

  private static double corrected(double seen, double sensitivity, double specificity) {
    double rate = (seen + specificity - 1) / (sensitivity + specificity - 1);
    return Math.clamp(rate, 0.0, 1.0);
  }
}
