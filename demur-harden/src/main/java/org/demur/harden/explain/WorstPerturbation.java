package org.demur.harden.explain;

import java.util.ArrayList;
import java.util.List;
import org.demur.model.Prompt;
import org.demur.report.ExplanationReport.WorstCase;

/// A4: taking out the component along u at one layer and the last token, beside the perturbation of
/// at most the same length that lowers the refusal log-odds most.
///
/// The latter comes from projected gradient descent with normalised steps of half the length,
/// starting from nothing; the best of its points counts, and so does taking out u itself, so that
/// it is never less than that. It is a lower bound of the true worst case.
///
/// **Source.** Yu et al. 2024, equation 7, with the gap that a reviewer asked for.
final class WorstPerturbation {
  private static final double STEP = 0.5;

  private final RefusalGradient gradient;
  private final LayerDirections directions;
  private final Summaries summaries;
  private final int steps;

  WorstPerturbation(
      RefusalGradient gradient, LayerDirections directions, Summaries summaries, int steps) {
    this.gradient = gradient;
    this.directions = directions;
    this.summaries = summaries;
    this.steps = steps;
  }

  /// What was found for one request at one layer.
  ///
  /// @param budget greatest length of the perturbation
  /// @param cosine of the perturbation with -u; 0 for none
  /// @param plain log-odds without a perturbation
  /// @param rfa log-odds without the component along u
  /// @param worst log-odds under the perturbation
  record Found(double budget, double cosine, double plain, double rfa, double worst) {}

  /// A request at one layer while its perturbation is sought.
  private final class Search {
    final Prompt prompt;
    final int layer;
    final double[] unit;
    final double along;
    double[] delta;
    double[] best;
    double plain = Double.NaN;
    double rfa = Double.NaN;
    double worst = Double.POSITIVE_INFINITY;

    Search(Prompt prompt, int layer, double along) {
      this.prompt = prompt;
      this.layer = layer;
      this.along = along;
      this.unit = directions.unit(layer);
      this.delta = new double[unit.length];
      this.best = delta;
    }

    double budget() {
      return Math.abs(along);
    }

    double[] withoutUnit() {
      double[] taken = unit.clone();
      for (int i = 0; i < taken.length; i++) {
        taken[i] *= -along;
      }
      return taken;
    }

    void note(double logOdds) {
      if (logOdds < worst) {
        worst = logOdds;
        best = delta;
      }
    }

    void descend(double... slope) {
      double length = Math.sqrt(Readings.dot(slope, slope));
      double[] next = delta.clone();
      for (int i = 0; i < next.length && length > 0; i++) {
        next[i] -= STEP * budget() * slope[i] / length;
      }
      double reached = Math.sqrt(Readings.dot(next, next));
      double shrink = reached > budget() ? budget() / reached : 1;
      for (int i = 0; i < next.length; i++) {
        next[i] *= shrink;
      }
      delta = next;
    }

    Found found() {
      double length = Math.sqrt(Readings.dot(best, best));
      double cosine = length > 0 ? -Readings.dot(best, unit) / length : 0;
      return new Found(budget(), cosine, plain, rfa, worst);
    }
  }

  /// Perturbs requests at layers.
  ///
  /// @param readings of the requests, for their components along u
  List<WorstCase> run(List<Prompt> requests, Readings readings, List<Integer> layers) {
    List<WorstCase> cases = new ArrayList<>();
    for (int layer : layers) {
      cases.add(summary(layer, search(requests, readings, layer)));
    }
    return cases;
  }

  /// Perturbs requests at one layer.
  List<Found> search(List<Prompt> requests, Readings readings, int layer) {
    List<Search> searches = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      double along = Readings.dot(readings.at(i, layer), directions.unit(layer));
      searches.add(new Search(requests.get(i), layer, along));
    }
    for (Search one : searches) {
      one.delta = one.withoutUnit();
    }
    List<RefusalGradient.Slope> slopes = slopes(searches);
    for (int i = 0; i < searches.size(); i++) {
      Search one = searches.get(i);
      one.rfa = slopes.get(i).logOdds();
      one.note(one.rfa);
      one.delta = new double[one.unit.length];
    }
    for (int step = 0; step <= steps; step++) {
      slopes = slopes(searches);
      for (int i = 0; i < searches.size(); i++) {
        Search one = searches.get(i);
        double odds = slopes.get(i).logOdds();
        if (step == 0) {
          one.plain = odds;
        }
        one.note(odds);
        one.descend(slopes.get(i).gradient());
      }
    }
    return searches.stream().map(Search::found).toList();
  }

  private List<RefusalGradient.Slope> slopes(List<Search> searches) {
    return gradient.of(
        searches.stream()
            .map(one -> new RefusalGradient.Row(one.prompt, one.layer, one.delta))
            .toList());
  }

  private WorstCase summary(int layer, List<Found> found) {
    double[] plain = found.stream().mapToDouble(Found::plain).toArray();
    double[] rfa = found.stream().mapToDouble(Found::rfa).toArray();
    double[] worst = found.stream().mapToDouble(Found::worst).toArray();
    double[] drop = new double[plain.length];
    double[] worstDrop = new double[plain.length];
    double[] loss = new double[plain.length];
    double[] worstLoss = new double[plain.length];
    for (int i = 0; i < plain.length; i++) {
      drop[i] = plain[i] - rfa[i];
      worstDrop[i] = plain[i] - worst[i];
      loss[i] = loss(rfa[i]);
      worstLoss[i] = loss(worst[i]);
    }
    return new WorstCase(
        layer,
        summaries.mean(found.stream().mapToDouble(Found::budget).toArray()),
        summaries.mean(found.stream().mapToDouble(Found::cosine).toArray()),
        summaries.mean(plain),
        summaries.mean(rfa),
        summaries.mean(worst),
        summaries.ratio(loss, worstLoss),
        summaries.ratio(drop, worstDrop));
  }

  /// -ln of the probability of a refusal with these log-odds, nats.
  static double loss(double logOdds) {
    return logOdds > 0 ? Math.log1p(Math.exp(-logOdds)) : Math.log1p(Math.exp(logOdds)) - logOdds;
  }
}
