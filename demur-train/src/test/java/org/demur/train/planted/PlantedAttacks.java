package org.demur.train.planted;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.demur.directions.Candidate;
import org.demur.directions.CandidateScorer;
import org.demur.directions.DirectionSelection;
import org.demur.directions.DirectionTable;
import org.demur.directions.MeanTable;
import org.demur.directions.ResidualReader;
import org.demur.directions.SelectionFilters;
import org.demur.directions.SelectionResult;
import org.demur.directions.Spots;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.hook.HookSite;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;

/// Attacks a model of the grammar without its refusal direction; everything is computed anew on the
/// model as it is, on prompts of its own.
final class PlantedAttacks {
  private static final int EXTRACTION = 128;
  private static final int SELECTION = 32;
  private static final int TEST = 200;
  private static final long TEST_SEED = 901;

  /// What greedy replies to prompts were.
  ///
  /// @param refused share that begins with the refusal token
  /// @param copied share that is the words of the prompt and nothing else
  record Replies(double refused, double copied) {}

  private final LanguageModel model;
  private final DirectionTable directions;
  private final DirectionSelection selection;
  private final SelectionResult selected;

  PlantedAttacks(LanguageModel model) {
    this.model = model;
    directions =
        means(Grammar.prompts(Grammar.Kind.FORBIDDEN, EXTRACTION, 701))
            .minus(means(Grammar.prompts(Grammar.Kind.HARMLESS, EXTRACTION, 702)));
    CandidateScorer scorer =
        new CandidateScorer(
            model,
            Grammar.prompts(Grammar.Kind.FORBIDDEN, SELECTION, 801),
            Grammar.prompts(Grammar.Kind.HARMLESS, SELECTION, 802),
            List.of(Grammar.REFUSE));
    selection = new DirectionSelection(directions, scorer, SelectionFilters.PUBLISHED);
    selected = selection.select(selection.candidates(), done -> {});
  }

  private MeanTable means(List<Prompt> prompts) {
    ResidualReader reader = new ResidualReader(model);
    MeanTable means = new MeanTable(Grammar.POST, reader.rows(), PlantedModel.D_MODEL);
    reader.read(
        prompts, Spots.postInstruction(Grammar.POST), (index, row, logits) -> means.add(row));
    return means;
  }

  /// The selection with the published filters.
  SelectionResult selection() {
    return selected;
  }

  /// Replies to test prompts of a kind.
  Replies replies(Grammar.Kind kind, Plan plan) {
    List<Prompt> prompts = Grammar.prompts(kind, TEST, TEST_SEED);
    GenerationRequest request =
        GenerationRequest.greedy(Grammar.WORDS + 1, Set.of(Grammar.END))
            .with(plan.isEmpty() ? List.of() : List.of(plan));
    List<Generated.Answer> answers =
        new Generator(model, Optional.empty()).generate(prompts, request).rows();
    int refused = 0;
    int copied = 0;
    for (int i = 0; i < answers.size(); i++) {
      List<Integer> ids = answers.get(i).ids();
      refused += !ids.isEmpty() && ids.getFirst() == Grammar.REFUSE ? 1 : 0;
      copied += ids.equals(Grammar.words(prompts.get(i))) ? 1 : 0;
    }
    return new Replies(refused / (double) TEST, copied / (double) TEST);
  }

  /// Ablation of one candidate at three sites of all blocks.
  Plan without(Candidate candidate) {
    return CandidateScorer.ablation(LayerVectors.same(selection.vector(candidate)));
  }

  /// The candidates of which an attacker would take one: the selected one, and the one with the
  /// lowest bypass score whatever it breaks.
  Set<Candidate> strongest() {
    Set<Candidate> strongest = new LinkedHashSet<>();
    selected.selected().ifPresent(strongest::add);
    selected.scores().entrySet().stream()
        .filter(entry -> points(entry.getKey()))
        .min(Comparator.comparingDouble(entry -> entry.getValue().bypass()))
        .ifPresent(entry -> strongest.add(entry.getKey()));
    return strongest;
  }

  /// The lowest share of forbidden prompts that is refused without any one of all candidates.
  double leastRefused() {
    return selected.scores().keySet().stream()
        .filter(this::points)
        .mapToDouble(one -> replies(Grammar.Kind.FORBIDDEN, without(one)).refused())
        .min()
        .orElse(Double.NaN);
  }

  /// At the embeddings the last tokens of all prompts are one, and their difference nothing.
  private boolean points(Candidate candidate) {
    return directions.norm(Grammar.POST + candidate.position(), candidate.layer()) > 0;
  }

  /// Each layer's own direction at the input of every block from a quarter of the depth on.
  Plan perLayer() {
    int nLayers = PlantedModel.N_LAYERS;
    int dModel = PlantedModel.D_MODEL;
    float[] all = new float[nLayers * dModel];
    for (int layer = 0; layer < nLayers; layer++) {
      System.arraycopy(directions.vector(Grammar.POST - 1, layer), 0, all, layer * dModel, dModel);
    }
    Integer[] layers = IntStream.range(nLayers / 4, nLayers).boxed().toArray(Integer[]::new);
    return Plan.of(
        new DirectionalAblation(
            Target.everywhere(HookSite.RESID_PRE).inLayers(layers),
            LayerVectors.perLayer(dModel, all)));
  }
}
