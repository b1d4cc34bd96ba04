package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.demur.directions.NextToken;
import org.demur.directions.ResidualReader;
import org.demur.model.Prompt;
import org.demur.stats.Matrix;
import org.demur.stats.SingularDirections;

/// Attacks that take refusal directions of a model out of its own residual stream, computed on the
/// model as it is: what an attacker with the weights would do.
///
/// What the attacks share (residual streams of the prompts, the chosen direction) is computed once,
/// by the first that needs it, and counts as its cost.
///
/// **Source.** Arditi et al. 2024 (one direction at three sites of all blocks, selection by
/// bypass); Yu et al. 2024 (a direction per layer); arXiv 2511.08379 (several directions from a
/// self-organising map).
public final class RefusalAblations {
  private final Victim victim;
  private final AblationSettings settings;
  private final DirectionSearch search;

  /// Nothing is computed yet; directions are chosen by log-odds.
  public RefusalAblations(Victim victim, AblationMaterial material, AblationSettings settings) {
    this(victim, material, settings, Optional.empty());
  }

  /// Nothing is computed yet.
  ///
  /// @param trial what decides between the best candidates
  public RefusalAblations(
      Victim victim,
      AblationMaterial material,
      AblationSettings settings,
      Optional<ReplyTrial> trial) {
    this.victim = victim;
    this.settings = settings;
    this.search = new DirectionSearch(victim, material, settings, trial);
  }

  /// The direction that leaves least of the refusal; looked for by the first that asks.
  public ChosenDirection chosen() {
    return search.chosen();
  }

  /// One direction, selected on the model, at three sites of every block (`rfa`).
  public Attack single() {
    return new AblationAttack(
        "rfa",
        () -> "one direction of the model itself at three sites of all blocks, " + search.how(),
        () -> search.chosen().ablation());
  }

  /// The direction of each layer at its input, from a quarter of the depth on (`rfa-layers`).
  public Attack perLayer() {
    return new AblationAttack(
        "rfa-layers",
        () -> "the direction of each layer at its input, from a quarter of the depth on",
        () ->
            Ablations.perLayer(
                IntStream.range(0, search.nLayers())
                    .mapToObj(layer -> search.difference(-1, layer))
                    .toList()));
  }

  /// The strongest directions of paired differences at the chosen layer (`rfa-subspace-k`).
  ///
  /// @param count directions
  public Attack subspace(int count) {
    return new AblationAttack(
        "rfa-subspace-" + count,
        () ->
            "the %d strongest directions of paired differences at three sites of all blocks%s"
                .formatted(count, search.found()),
        () -> Ablations.span(subspaceDirections(count)));
  }

  /// Directions from a self-organising map of the harmful prompts (`rfa-multi`).
  public Attack several() {
    int places = settings.mapSide() * settings.mapSide();
    String how =
        settings.rounds() == 0
            ? "all %d directions".formatted(places)
            : "the best %d of %d directions".formatted(settings.rounds(), places);
    return new AblationAttack(
        "rfa-multi",
        () -> how + " of a self-organising map at three sites of all blocks" + search.found(),
        () -> Ablations.span(mapDirections()));
  }

  /// The direction of another model, one without the defence (`rfa-transfer`).
  public static Attack transfer(ChosenDirection other, String from) {
    return new AblationAttack(
        "rfa-transfer",
        () -> "the direction of %s at three sites of all blocks (%s)".formatted(from, other),
        other::ablation);
  }

  /// Differences of harmful and harmless prompts in pairs, as they come.
  private List<double[]> subspaceDirections(int count) {
    ChosenDirection best = search.chosen();
    int pairs = Math.min(search.harmful().count(), search.harmless().count());
    int dModel = best.vector().length;
    double[] rows = new double[pairs * dModel];
    for (int pair = 0; pair < pairs; pair++) {
      double[] difference =
          Vectors.minus(
              search.harmful().at(pair, best.position(), best.layer()),
              search.harmless().at(pair, best.position(), best.layer()));
      System.arraycopy(difference, 0, rows, pair * dModel, dModel);
    }
    return List.of(SingularDirections.of(new Matrix(pairs, dModel, rows), count).directions());
  }

  private List<double[]> mapDirections() {
    ChosenDirection best = search.chosen();
    List<double[]> rows = new ArrayList<>();
    for (int prompt = 0; prompt < search.harmful().count(); prompt++) {
      rows.add(search.harmful().at(prompt, best.position(), best.layer()));
    }
    double[] centre = search.harmless().mean(best.position(), best.layer());
    SplittableRandom random = new SplittableRandom(settings.seed());
    List<double[]> directions =
        SelfOrganisingMap.fit(rows, settings.mapSide(), random).stream()
            .map(place -> Vectors.minus(place, centre))
            .toList();
    return settings.rounds() == 0 ? directions : picked(directions);
  }

  /// The direction that leaves least of the refusal, then the one that does so beside it, and so
  /// on.
  private List<double[]> picked(List<double[]> directions) {
    List<double[]> picked = new ArrayList<>();
    List<double[]> left = new ArrayList<>(directions);
    for (int round = 0; round < Math.min(settings.rounds(), directions.size()); round++) {
      double least = Double.POSITIVE_INFINITY;
      int best = 0;
      for (int i = 0; i < left.size(); i++) {
        List<double[]> tried = new ArrayList<>(picked);
        tried.add(left.get(i));
        double odds = refusalWithout(tried);
        if (odds < least) {
          least = odds;
          best = i;
        }
      }
      picked.add(left.remove(best));
    }
    return picked;
  }

  private double refusalWithout(List<double[]> directions) {
    List<Prompt> prompts = search.harmfulValidation();
    double[] sum = {0};
    new ResidualReader(victim.model())
        .lastLogits(
            prompts,
            Ablations.span(directions),
            (index, logits) -> sum[0] += NextToken.refusalLogOdds(logits, victim.tokens().ids()));
    return sum[0] / prompts.size();
  }
}
