package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.directions.CandidateScorer;
import org.demur.directions.NextToken;
import org.demur.directions.ResidualReader;
import org.demur.model.Prompt;
import org.demur.stats.Matrix;
import org.demur.stats.SingularDirections;
import org.jspecify.annotations.Nullable;

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
  /// Layers near the output only carry what was decided before (Arditi et al. 2024).
  private static final double LAST_LAYER_SHARE = 0.8;

  /// Below, prompts that end with the same template tokens are nearly alike: blocks have hardly
  /// moved what they say apart. A choice of ours, to spend the search where candidates are.
  private static final double FIRST_LAYER_SHARE = 0.15;

  /// The prompts that directions come from; none of them is attacked.
  ///
  /// @param harmful harmful prompts for means
  /// @param harmless everyday prompts for means
  /// @param harmfulValidation harmful prompts that candidates are compared on
  /// @param harmlessValidation everyday prompts for the divergence
  public record Material(
      List<Prompt> harmful,
      List<Prompt> harmless,
      List<Prompt> harmfulValidation,
      List<Prompt> harmlessValidation) {
    /// Copies the lists.
    ///
    /// @throws AttackException when one of them is empty
    public Material {
      harmful = List.copyOf(harmful);
      harmless = List.copyOf(harmless);
      harmfulValidation = List.copyOf(harmfulValidation);
      harmlessValidation = List.copyOf(harmlessValidation);
      if (harmful.isEmpty()
          || harmless.isEmpty()
          || harmfulValidation.isEmpty()
          || harmlessValidation.isEmpty()) {
        throw new AttackException(
            ErrorCode.USAGE,
            "refusal directions need harmful and harmless prompts, for means and for validation");
      }
    }
  }

  private final Victim victim;
  private final Material material;
  private final AblationSettings settings;
  private final Optional<ReplyTrial> trial;
  private @Nullable Residuals harmful;
  private @Nullable Residuals harmless;
  private @Nullable ChosenDirection chosen;

  /// Nothing is computed yet; directions are chosen by log-odds.
  public RefusalAblations(Victim victim, Material material, AblationSettings settings) {
    this(victim, material, settings, Optional.empty());
  }

  /// Nothing is computed yet.
  ///
  /// @param trial what decides between the best candidates
  public RefusalAblations(
      Victim victim, Material material, AblationSettings settings, Optional<ReplyTrial> trial) {
    this.victim = victim;
    this.trial = trial;
    this.material = material;
    this.settings = settings;
  }

  /// One direction, selected on the model, at three sites of every block (`rfa`).
  public Attack single() {
    return new AblationAttack(
        "rfa",
        () ->
            "one direction of the model itself at three sites of all blocks, the best of %d candidates%s%s"
                .formatted(candidates(), how(), found()),
        () -> chosen().ablation());
  }

  /// The direction of each layer at its input, from a quarter of the depth on (`rfa-layers`).
  public Attack perLayer() {
    return new AblationAttack(
        "rfa-layers",
        () -> "the direction of each layer at its input, from a quarter of the depth on",
        () ->
            Ablations.perLayer(
                IntStream.range(0, nLayers()).mapToObj(layer -> difference(-1, layer)).toList()));
  }

  /// The strongest directions of paired differences at the chosen layer (`rfa-subspace-k`).
  ///
  /// @param count directions
  public Attack subspace(int count) {
    return new AblationAttack(
        "rfa-subspace-" + count,
        () ->
            "the %d strongest directions of paired differences at three sites of all blocks%s"
                .formatted(count, found()),
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
        () -> how + " of a self-organising map at three sites of all blocks" + found(),
        () -> Ablations.span(mapDirections()));
  }

  /// The direction of another model, one without the defence (`rfa-transfer`).
  public static Attack transfer(ChosenDirection other, String from) {
    return new AblationAttack(
        "rfa-transfer",
        () -> "the direction of %s at three sites of all blocks (%s)".formatted(from, other),
        other::ablation);
  }

  private int nLayers() {
    return victim.model().architecture().dimensions().nLayers();
  }

  /// The first layer that directions are looked for at.
  public static int firstLayer(int nLayers) {
    return Math.max(1, (int) (FIRST_LAYER_SHARE * nLayers));
  }

  /// The last layer that directions are looked for at.
  public static int lastLayer(int nLayers) {
    return Math.max(firstLayer(nLayers), (int) (LAST_LAYER_SHARE * nLayers) - 1);
  }

  private List<Integer> layers() {
    List<Integer> layers = new ArrayList<>();
    int last = lastLayer(nLayers());
    for (int layer = firstLayer(nLayers()); layer <= last; layer += settings.layerStep()) {
      layers.add(layer);
    }
    return layers;
  }

  private int positions() {
    int shortest = material.harmful().stream().mapToInt(Prompt::promptLength).min().orElse(1);
    int post = victim.speaker().encoder().postInstruction().ids().size();
    return Math.max(1, Math.min(Math.min(settings.positions(), post), shortest));
  }

  private int candidates() {
    return layers().size() * positions();
  }

  private String how() {
    return trial.isPresent() ? ", the last %d by replies".formatted(settings.finalists()) : "";
  }

  /// Where the chosen direction comes from, once it is known.
  private String found() {
    return chosen == null ? "" : " (" + chosen + ")";
  }

  private Residuals harmful() {
    if (harmful == null) {
      harmful = Residuals.of(victim, material.harmful(), positions());
    }
    return harmful;
  }

  private Residuals harmless() {
    if (harmless == null) {
      harmless = Residuals.of(victim, material.harmless(), positions());
    }
    return harmless;
  }

  private double[] difference(int position, int layer) {
    return Vectors.minus(harmful().mean(position, layer), harmless().mean(position, layer));
  }

  /// The direction that leaves least of the refusal: by the replies that a few of the best
  /// candidates leave, gentle ones and others, where replies can be judged; or else by log-odds, of
  /// those that leave language alone where there are any.
  ///
  /// Whether adding it makes the model refuse harmless requests, a filter of Arditi et al. 2024, is
  /// not asked: an attacker does not need it.
  public ChosenDirection chosen() {
    if (chosen == null) {
      CandidateScorer scorer =
          new CandidateScorer(
              victim.model(),
              first(material.harmfulValidation()),
              first(material.harmlessValidation()),
              victim.tokens().ids());
      List<ChosenDirection> candidates = new ArrayList<>();
      for (int position = -1; position >= -positions(); position--) {
        for (int layer : layers()) {
          double[] vector = difference(position, layer);
          CandidateScorer.Ablated scores = scorer.ablated(Vectors.floats(vector));
          candidates.add(
              new ChosenDirection(vector, position, layer, scores.bypass(), scores.kl()));
        }
      }
      List<ChosenDirection> ordered = ChosenDirection.inOrder(candidates);
      if (ordered.isEmpty()) {
        throw new AttackException(
            ErrorCode.CHECK_FAILED,
            "no candidate direction gives finite log-odds: the model's logits overflow when it is edited");
      }
      chosen = trial.map(judge -> tried(ordered, judge)).orElse(ordered.getFirst());
    }
    return chosen;
  }

  /// The finalist with which most prompts get a reply; the first of several.
  private ChosenDirection tried(List<ChosenDirection> ordered, ReplyTrial judge) {
    List<Prompt> prompts = first(material.harmfulValidation());
    ChosenDirection best = ordered.getFirst();
    double most = -1;
    for (ChosenDirection one : ChosenDirection.finalists(ordered, settings.finalists())) {
      double success = judge.success(prompts, one.ablation());
      if (success > most) {
        most = success;
        best = one;
      }
    }
    return best;
  }

  private List<Prompt> first(List<Prompt> prompts) {
    return prompts.subList(0, Math.min(settings.validation(), prompts.size()));
  }

  /// Differences of harmful and harmless prompts in pairs, as they come.
  private List<double[]> subspaceDirections(int count) {
    ChosenDirection best = chosen();
    int pairs = Math.min(harmful().count(), harmless().count());
    int dModel = best.vector().length;
    double[] rows = new double[pairs * dModel];
    for (int pair = 0; pair < pairs; pair++) {
      double[] difference =
          Vectors.minus(
              harmful().at(pair, best.position(), best.layer()),
              harmless().at(pair, best.position(), best.layer()));
      System.arraycopy(difference, 0, rows, pair * dModel, dModel);
    }
    return List.of(SingularDirections.of(new Matrix(pairs, dModel, rows), count).directions());
  }

  private List<double[]> mapDirections() {
    ChosenDirection best = chosen();
    List<double[]> rows = new ArrayList<>();
    for (int prompt = 0; prompt < harmful().count(); prompt++) {
      rows.add(harmful().at(prompt, best.position(), best.layer()));
    }
    double[] centre = harmless().mean(best.position(), best.layer());
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
    List<Prompt> prompts = first(material.harmfulValidation());
    double[] sum = {0};
    new ResidualReader(victim.model())
        .lastLogits(
            prompts,
            Ablations.span(directions),
            (index, logits) -> sum[0] += NextToken.refusalLogOdds(logits, victim.tokens().ids()));
    return sum[0] / prompts.size();
  }
}
