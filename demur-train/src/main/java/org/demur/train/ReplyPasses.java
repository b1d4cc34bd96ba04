package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.TrainingPass;
import org.demur.model.TrainingRequest;
import org.demur.model.intervention.Receipt;
import org.demur.tensor.workers.Workers;

/// Runs the parts of a batch for the cross-entropy of their replies.
final class ReplyPasses {
  /// What the passes of a batch did; the gradients are in the factors.
  ///
  /// @param loss of the batch
  /// @param receipts what the edits did, of every part
  record Computed(LossTerms loss, List<Receipt> receipts) {}

  private final LanguageModel model;
  private final TrainingSession.Arithmetic arithmetic;
  private final Workers workers;

  ReplyPasses(LanguageModel model, TrainingSession.Arithmetic arithmetic) {
    this(model, arithmetic, Workers.alone());
  }

  /// @param workers that share the parts: each takes every so many-th part and has the gradients of
  ///   these alone, and the loss of all
  ReplyPasses(LanguageModel model, TrainingSession.Arithmetic arithmetic, Workers workers) {
    this.model = model;
    this.arithmetic = arithmetic;
    this.workers = workers;
  }

  /// Computes the gradients of a batch whose tokens share in the loss as the arithmetic says.
  Computed gradients(List<TrainingSession.Part> parts) {
    List<TrainingRow> all = parts.stream().flatMap(part -> part.rows().stream()).toList();
    return gradients(parts, arithmetic.weighting().shares(all));
  }

  /// Computes the gradients of a batch.
  ///
  /// @param shares of one learnt token in the loss
  Computed gradients(List<TrainingSession.Part> parts, LossWeighting.Shares shares) {
    if (parts.stream().flatMap(part -> part.rows().stream()).allMatch(ReplyPasses::learnsNothing)) {
      throw new TrainException(ErrorCode.USAGE, "a batch has no token to learn");
    }
    ReplyLoss loss = new ReplyLoss(model.architecture().dimensions().vocabularySize(), shares);
    List<Receipt> receipts = new ArrayList<>();
    for (int index = workers.rank(); index < parts.size(); index += workers.size()) {
      TrainingSession.Part part = parts.get(index);
      TrainingRequest request =
          TrainingRequest.predicting(part.rows().stream().map(TrainingRow::predicting).toList())
              .with(part.plans())
              .recomputing(arithmetic.recompute())
              .droppingFrom(part.dropoutSeed());
      try (TrainingPass pass =
          model.train(part.rows().stream().map(TrainingRow::prompt).toList(), request)) {
        loss.addWithGradients(pass, part.rows());
        receipts.addAll(pass.receipts());
      }
    }
    loss.addOthers(workers);
    return new Computed(loss.terms(), receipts);
  }

  private static boolean learnsNothing(TrainingRow row) {
    return row.learntTokens() == 0;
  }
}
