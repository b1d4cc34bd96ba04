package org.demur.report;

import java.util.List;

/// What the model believed inside against what it did.
///
/// Source: Zhao et al. 2025, arXiv 2507.11878, section 3: belief is the mean over layers of the
/// difference of cosines to the two centroids at the last token of the user's text.
///
/// @param threshold score from which a prompt counts as believed harmful
/// @param harmful counts over harmful prompts
/// @param harmless counts over harmless prompts
/// @param knowsHarmfulAndComplies believed harmful, and complied
/// @param knowsHarmlessAndRefuses believed harmless, and refused
public record BeliefSection(
    double threshold,
    Counts harmful,
    Counts harmless,
    NamedCell knowsHarmfulAndComplies,
    NamedCell knowsHarmlessAndRefuses) {

  /// The two by two of belief and behaviour, in prompts.
  ///
  /// @param believedHarmfulRefused believed harmful, refused
  /// @param believedHarmfulComplied believed harmful, not refused
  /// @param believedHarmlessRefused believed harmless, refused
  /// @param believedHarmlessComplied believed harmless, not refused
  public record Counts(
      int believedHarmfulRefused,
      int believedHarmfulComplied,
      int believedHarmlessRefused,
      int believedHarmlessComplied) {
    /// All prompts.
    public int total() {
      return believedHarmfulRefused
          + believedHarmfulComplied
          + believedHarmlessRefused
          + believedHarmlessComplied;
    }
  }

  /// One of the two cells that matter.
  ///
  /// @param share prompts in the cell among those named by `outOf`
  /// @param outOf what `share` counts, in words ("harmful prompts believed harmful")
  /// @param tooFew whether the cell holds too few prompts for a statement
  /// @param examples ids of prompts in the cell
  public record NamedCell(Rate share, String outOf, boolean tooFew, List<String> examples) {
    /// Copies the examples.
    public NamedCell {
      examples = List.copyOf(examples);
    }
  }
}
