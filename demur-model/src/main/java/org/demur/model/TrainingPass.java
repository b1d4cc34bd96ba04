package org.demur.model;

import java.util.List;
import org.demur.model.decoder.RecordedPass;
import org.demur.model.intervention.InterventionRun;
import org.demur.model.intervention.Receipt;
import org.demur.tensor.Tensor;

/// A forward pass that was run for its gradients, see [LanguageModel#train].
///
/// The head is not part of it: the caller computes logits for a few hidden states at a time, so
/// that `[token, vocabulary]` never lies in memory as a whole, and hands the gradient of the hidden
/// states to [#backward].
///
/// **Shapes.** Hidden states `[prediction, dModel]`; prediction i is made at position
/// [#position(int)] of row [#row(int)].
///
/// **Ownership.** Owns its tensors until it is closed.
public final class TrainingPass implements AutoCloseable {
  private final LanguageModel model;
  private final RecordedPass pass;
  private final InterventionRun edits;
  private final int[] rows;
  private final int[] positions;

  TrainingPass(
      LanguageModel model, RecordedPass pass, InterventionRun edits, int[] rows, int... positions) {
    this.model = model;
    this.pass = pass;
    this.edits = edits;
    this.rows = rows;
    this.positions = positions;
  }

  /// Number of predictions.
  public int predictions() {
    return rows.length;
  }

  /// The row of a prediction.
  public int row(int prediction) {
    return rows[prediction];
  }

  /// The position in its row at which a prediction of the next token is made.
  public int position(int prediction) {
    return positions[prediction];
  }

  /// What left the final norm where predictions are made.
  public Tensor hidden() {
    return pass.hidden();
  }

  /// Logits `[state, vocabulary]` of hidden states `[state, dModel]`.
  public Tensor logits(Tensor states) {
    return pass.logits(states);
  }

  /// Adds the gradients of the trained factors to what they hold. Can be called once.
  ///
  /// @param gradient of the hidden states
  public void backward(Tensor gradient) {
    pass.backward(gradient);
    model.countBackward();
  }

  /// What the edits did. With recomputation they act twice, once before [#backward] is called.
  ///
  /// @throws org.demur.model.config.ModelException with `INTERVENTION_UNUSED` when an edit touched
  ///   no token
  public List<Receipt> receipts() {
    return edits.receipts();
  }

  @Override
  public void close() {
    pass.close();
    edits.close();
  }
}
