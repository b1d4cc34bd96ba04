package org.demur.directions;

import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What a selection found.
///
/// @param scores of the candidates that were scored
/// @param candidates number of all candidates: post-instruction tokens times layers
/// @param selected the one with the lowest bypass score among those that passed the filters
/// @param kept number that passed
/// @param discarded for each filter, in the order in which they are applied, how many candidates it
///   was the first to discard
/// @param relaxed whether the relaxed KL bound was needed
/// @param harmfulLogOdds mean refusal log-odds of the harmful prompts without edits, in nats
/// @param harmlessLogOdds the same of the harmless prompts
public record SelectionResult(
    Map<Candidate, CandidateScores> scores,
    int candidates,
    Optional<Candidate> selected,
    int kept,
    SequencedMap<String, Integer> discarded,
    boolean relaxed,
    double harmfulLogOdds,
    double harmlessLogOdds) {
  private static final Comparator<Candidate> ORDER =
      Comparator.comparingInt(Candidate::position).thenComparingInt(Candidate::layer);

  /// Sorts the scores by position and layer.
  public SelectionResult {
    Map<Candidate, CandidateScores> sorted = new TreeMap<>(ORDER);
    sorted.putAll(scores);
    scores = sorted;
  }

  /// The scores of the selected direction.
  public Optional<CandidateScores> selectedScores() {
    return selected.map(scores::get);
  }
}
