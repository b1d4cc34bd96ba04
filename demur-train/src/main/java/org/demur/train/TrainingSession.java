package org.demur.train;

import java.util.List;
import org.demur.model.LanguageModel;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Receipt;

/// One adapter of a model with its optimiser: computes gradients of batches and takes steps.
///
/// **Ownership.** Owns the moments until it is closed; model and adapter stay with the caller.
public final class TrainingSession implements AutoCloseable {
  /// How gradients are computed and used.
  ///
  /// @param weighting how tokens share in the loss
  /// @param longestGradient bound on the length of the gradient
  /// @param recompute whether activations are computed again instead of kept
  public record Arithmetic(LossWeighting weighting, double longestGradient, boolean recompute) {}

  /// What a step did.
  ///
  /// @param loss before the step
  /// @param gradientNorm before it was bounded
  /// @param receipts what the edits did, of every part
  public record Taken(LossTerms loss, double gradientNorm, List<Receipt> receipts) {
    /// Copies the list.
    public Taken {
      receipts = List.copyOf(receipts);
    }

    /// Whether loss and gradient are numbers.
    public boolean finite() {
      return Double.isFinite(loss.total()) && Double.isFinite(gradientNorm);
    }
  }

  /// A part of a batch that runs at once.
  ///
  /// @param rows its rows
  /// @param plans edits: none, one for all rows, or one per row
  /// @param dropoutSeed where its dropout starts
  public record Part(List<TrainingRow> rows, List<Plan> plans, long dropoutSeed) {
    /// Copies the lists.
    public Part {
      rows = List.copyOf(rows);
      plans = List.copyOf(plans);
    }
  }

  private final LanguageModel model;
  private final AdapterOptimiser optimiser;
  private final Arithmetic arithmetic;

  /// @param optimiser of the adapter, which must be on; closed with this session
  public TrainingSession(LanguageModel model, AdapterOptimiser optimiser, Arithmetic arithmetic) {
    this.model = model;
    this.optimiser = optimiser;
    this.arithmetic = arithmetic;
  }

  /// The optimiser of the adapter.
  public AdapterOptimiser optimiser() {
    return optimiser;
  }

  /// Computes the gradient of a batch and takes a step, unless something is not finite.
  ///
  /// Parts add up to one batch: two parts give the step of one that holds both, up to rounding.
  public Taken step(List<Part> parts, double learningRate) {
    ReplyPasses.Computed computed = new ReplyPasses(model, arithmetic).gradients(parts);
    return take(computed.loss(), optimiser.gradientNorm(), computed.receipts(), learningRate);
  }

  /// Takes a step along the gradients that are in the factors, unless something is not finite.
  ///
  /// @param loss that they are of
  /// @param norm their length
  Taken take(LossTerms loss, double norm, List<Receipt> receipts, double learningRate) {
    Taken taken = new Taken(loss, norm, receipts);
    if (taken.finite()) {
      optimiser.step(learningRate, norm, arithmetic.longestGradient());
    } else {
      optimiser.forgetGradients();
    }
    return taken;
  }

  @Override
  public void close() {
    optimiser.close();
  }
}
