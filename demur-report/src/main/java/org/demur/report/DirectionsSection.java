package org.demur.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The directions that were found in the residual stream.
///
/// Layers are counted from 0 and mean the input of that block. Sources: Arditi et al. 2024
/// (candidates and selection); Zhao et al. 2025, arXiv 2507.11878 (the two directions).
///
/// @param positions text of the post-instruction tokens, first to last
/// @param nLayers layers of the model
/// @param candidates scores of every candidate
/// @param selection which candidate was taken, and why
/// @param harmfulness the harmfulness direction, at the last token of the user's text
/// @param refusal the refusal direction, at the last token of the prompt
/// @param separationMetric what `separation` of the two directions is, in words
/// @param cosine between the two directions
/// @param categories between the harmfulness directions of the categories
public record DirectionsSection(
    List<String> positions,
    int nLayers,
    Candidates candidates,
    Selection selection,
    Profile harmfulness,
    Profile refusal,
    String separationMetric,
    Cosine cosine,
    CategoryCosines categories) {
  /// Copies the positions and checks that the tables fit.
  public DirectionsSection {
    positions = List.copyOf(positions);
    Copies.requireShape("candidates.bypass", candidates.bypass(), positions.size(), nLayers);
    Copies.requireShape("candidates.induce", candidates.induce(), positions.size(), nLayers);
    Copies.requireShape("candidates.kl", candidates.kl(), positions.size(), nLayers);
  }

  /// Scores of the candidates, `[position][layer]`; a table may be empty.
  ///
  /// @param bypass mean refusal score of harmful prompts under ablation; low is a strong candidate
  /// @param induce mean refusal score of harmless prompts with the direction added
  /// @param kl divergence on harmless prompts under ablation, in nats
  public record Candidates(
      List<List<Double>> bypass, List<List<Double>> induce, List<List<Double>> kl) {
    /// Copies the tables.
    public Candidates {
      bypass = Copies.rows(bypass);
      induce = Copies.rows(induce);
      kl = Copies.rows(kl);
    }
  }

  /// The outcome of the selection.
  ///
  /// @param selected the candidate that was taken; none when nothing survived
  /// @param kept candidates that passed the filters
  /// @param total candidates
  /// @param discarded candidates that each filter discarded, by name of the filter
  /// @param relaxed whether the bound on the divergence had to be relaxed
  public record Selection(
      Optional<Candidate> selected,
      int kept,
      int total,
      Map<String, Integer> discarded,
      boolean relaxed) {
    /// Copies the counts, which keep their order.
    public Selection {
      discarded = Copies.ordered(discarded);
    }
  }

  /// A candidate direction.
  ///
  /// @param position index into `positions`
  /// @param layer layer
  /// @param bypass see [Candidates]
  /// @param induce see [Candidates]
  /// @param kl see [Candidates]
  public record Candidate(int position, int layer, double bypass, double induce, double kl) {}

  /// A direction by layer; lists have one value a layer, or none when it could not be computed.
  ///
  /// @param position name of the token at which it was taken, `t_inst` or `t_post-inst`
  /// @param norm length of the difference in means
  /// @param topThreeShare share of its squared length in its three largest coordinates, in [0, 1]
  /// @param separation how well the projection tells the two groups apart
  public record Profile(
      String position, List<Double> norm, List<Double> topThreeShare, List<Double> separation) {
    /// Copies the lists.
    public Profile {
      norm = List.copyOf(norm);
      topThreeShare = List.copyOf(topThreeShare);
      separation = List.copyOf(separation);
    }
  }

  /// Cosine between the harmfulness and the refusal direction.
  ///
  /// @param byLayer one value a layer, in [-1, 1]; empty when there are too few replies
  /// @param refused prompts behind the refusing side of the refusal direction
  /// @param complied prompts behind its complying side
  /// @param tooFew whether one side holds too few prompts
  public record Cosine(List<Double> byLayer, int refused, int complied, boolean tooFew) {
    /// Copies the values.
    public Cosine {
      byLayer = List.copyOf(byLayer);
    }
  }

  /// Cosines between the directions of the categories.
  ///
  /// @param layer layer at which they are compared
  /// @param names categories with enough prompts
  /// @param values `values[category][category]`, in [-1, 1]
  public record CategoryCosines(int layer, List<String> names, List<List<Double>> values) {
    /// Copies the lists and checks that the table is square.
    public CategoryCosines {
      names = List.copyOf(names);
      values = Copies.rows(values);
      Copies.requireShape("values", values, names.size(), names.size());
    }
  }
}
