package org.demur.data;

import java.util.List;

/// Prompts that are the same, or nearly, although they are in different splits or have different
/// labels, so that figures on one would partly be figures on the other.
///
/// Equal means equal but for case, spaces and punctuation; nearly equal means that the sets of
/// words have a Jaccard similarity of at least 0.8. The two prompts of a pair may be nearly equal:
/// that is what pairs are for.
///
/// @param matches what was found, in the order of the set
/// @param complete whether these are all; the search stops at 10,000 matches
public record NearDuplicates(List<Match> matches, boolean complete) {
  /// The similarity from which on prompts are nearly equal.
  public static final double NEAR = 0.8;

  static final int MOST_MATCHES = 10_000;

  /// Two prompts that are nearly equal.
  ///
  /// @param first the earlier one in the set
  /// @param second the later one
  /// @param similarity Jaccard similarity of their sets of words, in [0.8, 1]
  /// @param exact whether they are equal but for case, spaces and punctuation
  public record Match(
      LabelledPrompt first, LabelledPrompt second, double similarity, boolean exact) {
    /// Whether one could be learned from and the other reported on.
    public boolean acrossSplits() {
      return first.split() != second.split();
    }

    /// Whether they contradict each other.
    public boolean acrossLabels() {
      return first.label() != second.label();
    }
  }

  /// Keeps its own list.
  public NearDuplicates {
    matches = List.copyOf(matches);
  }

  /// Finds them. Of many equal texts each is reported once, with the first other one.
  public static NearDuplicates find(PromptSet set) {
    return new NearDuplicateSearch(set.prompts(), MOST_MATCHES).run();
  }

  /// Those in different splits.
  public List<Match> acrossSplits() {
    return matches.stream().filter(Match::acrossSplits).toList();
  }

  /// Those with different labels.
  public List<Match> acrossLabels() {
    return matches.stream().filter(Match::acrossLabels).toList();
  }
}
