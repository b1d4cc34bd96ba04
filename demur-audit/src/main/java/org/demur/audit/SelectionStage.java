package org.demur.audit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.demur.data.store.RowLog;
import org.demur.directions.Candidate;
import org.demur.directions.CandidateScorer;
import org.demur.directions.CandidateScores;
import org.demur.directions.DirectionSelection;
import org.demur.directions.DirectionTable;
import org.demur.directions.SelectionFilters;
import org.demur.directions.SelectionResult;
import org.demur.model.Prompt;

/// Picks the refusal direction within the time that a profile allows.
///
/// The full profile scores every candidate. The others score a grid of layers at the last
/// post-instruction tokens, and then the neighbours of the best one.
final class SelectionStage {
  /// Layers below this share rarely hold the direction (Arditi et al. 2024: from .43 to .63 of the
  /// depth).
  private static final double FIRST_LAYER_SHARE = 0.2;

  /// Validation prompts per label that candidates are scored on, except by the full profile, which
  /// takes the published 32.
  private static final int MOST_PROMPTS = 8;

  private static final int PUBLISHED_PROMPTS = 32;
  private static final int FEWEST_REFUSED = 4;

  private final DirectionSelection selection;
  private final CandidateScorer scorer;
  private final DirectionTable directions;
  private final RowLog log;
  private final Profile profile;

  SelectionStage(
      AuditedModel subject,
      Cases cases,
      ScoredCases validation,
      TrainPass train,
      RowLog log,
      Profile profile) {
    this.directions = train.candidates();
    this.log = log;
    this.profile = profile;
    List<Prompt> harmful = first(refused(validation), profile);
    List<Prompt> harmless = first(cases.everyday().validation(), profile);
    this.scorer = new CandidateScorer(subject.model(), harmful, harmless, train.tokens().ids());
    this.selection = new DirectionSelection(directions, scorer, SelectionFilters.PUBLISHED);
  }

  /// Harmful validation prompts that the model refuses (Arditi et al. 2024), or all when they are
  /// few.
  private static List<PromptCase> refused(ScoredCases validation) {
    List<PromptCase> refused = new ArrayList<>();
    for (int i = 0; i < validation.cases().size(); i++) {
      if (validation.cases().get(i).harmful() && validation.logOdds(i) > 0) {
        refused.add(validation.cases().get(i));
      }
    }
    return refused.size() >= FEWEST_REFUSED ? refused : Cases.harmful(validation.cases());
  }

  private static List<Prompt> first(List<PromptCase> cases, Profile profile) {
    int most = profile == Profile.FULL ? PUBLISHED_PROMPTS : MOST_PROMPTS;
    return Cases.tokens(cases.subList(0, Math.min(most, cases.size())));
  }

  SelectionResult run(BiConsumer<Integer, Integer> progress) {
    List<Candidate> wanted = grid();
    Map<Candidate, CandidateScores> scores = new LinkedHashMap<>();
    int total = profile == Profile.FULL ? wanted.size() : wanted.size() + 2;
    for (Candidate candidate : wanted) {
      scores.put(candidate, score(candidate));
      progress.accept(scores.size(), total);
    }
    SelectionResult result = selection.choose(scores);
    if (profile != Profile.FULL && result.selected().isPresent()) {
      for (Candidate neighbour : neighbours(result.selected().get())) {
        scores.computeIfAbsent(neighbour, this::score);
        progress.accept(Math.min(scores.size(), total), total);
      }
      result = selection.choose(scores);
    }
    return result;
  }

  /// The vector of a candidate.
  float[] vector(Candidate candidate) {
    return selection.vector(candidate);
  }

  private CandidateScores score(Candidate candidate) {
    String key = "candidate/%d/%d".formatted(candidate.position(), candidate.layer());
    if (!log.contains(key)) {
      CandidateScores scores = scorer.score(selection.vector(candidate), candidate.layer());
      log.append(
          key, Map.of("bypass", scores.bypass(), "induce", scores.induce(), "kl", scores.kl()));
      return scores;
    }
    Map<String, Object> row = log.row(key).orElseThrow();
    return new CandidateScores(number(row, "bypass"), number(row, "induce"), number(row, "kl"));
  }

  private static double number(Map<String, Object> row, String key) {
    return row.get(key) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private List<Candidate> grid() {
    if (profile == Profile.FULL) {
      return selection.candidates();
    }
    int nLayers = directions.rows() - 1;
    int first = (int) (FIRST_LAYER_SHARE * nLayers);
    int last = Math.max(first, SelectionFilters.PUBLISHED.layerLimit(nLayers) - 1);
    int wanted = profile.depth().layers();
    TreeSet<Integer> layers = new TreeSet<>();
    for (int i = 0; i < wanted; i++) {
      layers.add(first + Math.round((last - first) * (i / (float) Math.max(1, wanted - 1))));
    }
    List<Candidate> all = new ArrayList<>();
    for (int position = -1;
        position >= -Math.min(profile.depth().positions(), directions.spots());
        position--) {
      for (int layer : layers) {
        all.add(new Candidate(position, layer));
      }
    }
    return all;
  }

  private List<Candidate> neighbours(Candidate best) {
    int limit = SelectionFilters.PUBLISHED.layerLimit(directions.rows() - 1);
    List<Candidate> all = new ArrayList<>();
    for (int layer : new int[] {best.layer() - 1, best.layer() + 1}) {
      if (layer >= 0 && layer < limit) {
        all.add(new Candidate(best.position(), layer));
      }
    }
    return all;
  }
}
