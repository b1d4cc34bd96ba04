package org.demur.directions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.IntConsumer;

/// Picks the refusal direction among the candidates of all post-instruction tokens and layers.
///
/// **Source**: Arditi et al. 2024, appendix C.
public final class DirectionSelection {
  private final DirectionTable directions;
  private final CandidateScorer scorer;
  private final SelectionFilters filters;

  /// Makes a selection.
  ///
  /// @param directions differences in means at the post-instruction tokens, see
  ///   [Spots#postInstruction]; rows are block inputs, the last row (the final output) is not used
  /// @param scorer has the validation prompts
  public DirectionSelection(
      DirectionTable directions, CandidateScorer scorer, SelectionFilters filters) {
    this.directions = directions;
    this.scorer = scorer;
    this.filters = filters;
  }

  /// All candidates, by position and layer.
  public List<Candidate> candidates() {
    List<Candidate> all = new ArrayList<>();
    for (int spot = 0; spot < directions.spots(); spot++) {
      for (int layer = 0; layer < nLayers(); layer++) {
        all.add(new Candidate(spot - directions.spots(), layer));
      }
    }
    return all;
  }

  /// The vector of a candidate, `[dModel]`.
  public float[] vector(Candidate candidate) {
    return directions.vector(directions.spots() + candidate.position(), candidate.layer());
  }

  private int nLayers() {
    return directions.rows() - 1;
  }

  /// Scores candidates and picks one.
  ///
  /// @param wanted the candidates to score: all of them in the published method, fewer to save time
  /// @param progress is told how many are done
  public SelectionResult select(Collection<Candidate> wanted, IntConsumer progress) {
    Map<Candidate, CandidateScores> scores = new LinkedHashMap<>();
    for (Candidate candidate : wanted) {
      scores.put(candidate, scorer.score(vector(candidate), candidate.layer()));
      progress.accept(scores.size());
    }
    return choose(scores);
  }

  /// The same, with a journal of finished candidates: what it has is not computed again.
  public SelectionResult select(
      Collection<Candidate> wanted, SelectionJournal journal, IntConsumer progress) {
    Map<Candidate, CandidateScores> scores = new LinkedHashMap<>();
    for (Candidate candidate : wanted) {
      Optional<CandidateScores> known = journal.find(candidate);
      if (known.isEmpty()) {
        CandidateScores found = scorer.score(vector(candidate), candidate.layer());
        journal.keep(candidate, found);
        known = Optional.of(found);
      }
      scores.put(candidate, known.get());
      progress.accept(scores.size());
    }
    return choose(scores);
  }

  /// Picks among scored candidates; with the relaxed KL bound when nothing survives.
  public SelectionResult choose(Map<Candidate, CandidateScores> scores) {
    SequencedMap<String, Integer> discarded = new LinkedHashMap<>();
    List<Candidate> kept = filter(scores, filters.maxKl(), discarded);
    boolean relaxed = kept.isEmpty();
    if (relaxed) {
      SequencedMap<String, Integer> second = new LinkedHashMap<>();
      kept = filter(scores, filters.relaxedKl(), second);
    }
    Optional<Candidate> best =
        kept.stream()
            .min(
                Comparator.comparingDouble(
                    candidate -> Objects.requireNonNull(scores.get(candidate)).bypass()));
    return new SelectionResult(
        scores,
        directions.spots() * nLayers(),
        best,
        kept.size(),
        discarded,
        relaxed && best.isPresent(),
        scorer.harmfulLogOdds(),
        scorer.harmlessLogOdds());
  }

  private List<Candidate> filter(
      Map<Candidate, CandidateScores> scores,
      double maxKl,
      SequencedMap<String, Integer> discarded) {
    List<Candidate> kept = new ArrayList<>();
    scores.forEach(
        (candidate, score) -> {
          String reason = reason(candidate, score, maxKl);
          if (reason.isEmpty()) {
            kept.add(candidate);
          } else {
            discarded.merge(reason, 1, Integer::sum);
          }
        });
    return kept;
  }

  /// The first filter that discards a candidate, or an empty text.
  private String reason(Candidate candidate, CandidateScores score, double maxKl) {
    int spot = directions.spots() + candidate.position();
    if (!score.finite() || directions.norm(spot, candidate.layer()) == 0) {
      return "no direction";
    }
    if (candidate.layer() >= filters.layerLimit(nLayers())) {
      return "layer >= " + filters.layerLimit(nLayers());
    }
    if (score.kl() > maxKl) {
      return "KL > " + maxKl;
    }
    return score.induce() < filters.minInduce() ? "induce < " + filters.minInduce() : "";
  }
}
