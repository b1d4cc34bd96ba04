package org.demur.model;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
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
  private final PackedOrder places;
  private final int[] lengths;

  /// @param lengths of the rows of the caller
  TrainingPass(
      LanguageModel model,
      RecordedPass pass,
      InterventionRun edits,
      PackedOrder places,
      int... lengths) {
    this.model = model;
    this.pass = pass;
    this.edits = edits;
    this.places = places;
    this.lengths = lengths;
  }

  /// Number of predictions.
  public int predictions() {
    return places.rows().length;
  }

  /// The row of a prediction.
  public int row(int prediction) {
    return places.rows()[prediction];
  }

  /// The position in its row at which a prediction of the next token is made.
  public int position(int prediction) {
    return places.positions()[prediction];
  }

  /// What left the final norm where predictions are made.
  public Tensor hidden() {
    return pass.hidden();
  }

  /// Logits `[state, vocabulary]` of hidden states `[state, dModel]`.
  public Tensor logits(Tensor states) {
    return pass.logits(states);
  }

  /// The residual stream before a block that was asked for, without a history; before edits there.
  ///
  /// @param block the number of blocks stands for what leaves the last one
  /// @return `[token, dModel]`, the rows one after the other in the order of [#rowOfToken]
  /// @throws ModelException with `PLAN` when it was not asked for
  public Tensor resid(int block) {
    return pass.resid(block)
        .orElseThrow(
            () ->
                new ModelException(
                    ErrorCode.PLAN,
                    "the residual stream before block " + block + " was not asked for"));
  }

  /// The row of every token of [#resid]; tokens of a row are in order.
  public int[] rowOfToken() {
    return Arrays.stream(places.order())
        .flatMap(row -> IntStream.generate(() -> row).limit(lengths[row]))
        .toArray();
  }

  /// Adds the gradients of the trained factors to what they hold. Can be called once.
  ///
  /// @param gradient of the hidden states
  public void backward(Tensor gradient) {
    pass.backward(Optional.of(gradient), Map.of());
    model.countBackward(lengths.length);
  }

  /// As [#backward(Tensor)], of a pass that predicts nothing.
  ///
  /// @param gradients of the residual stream by the block that it was read before, shaped as
  ///   [#resid]
  public void backward(Map<Integer, Tensor> gradients) {
    gradients.keySet().forEach(this::resid);
    pass.backward(Optional.empty(), gradients);
    model.countBackward(lengths.length);
  }

  /// The gradient of the residual stream that entered a traced block, before edits there: that of a
  /// perturbation added to it. Known after [#backward].
  ///
  /// @param row of the caller
  /// @return `[position, dModel]`, of the innermost scope
  /// @throws ModelException with `PLAN` when the block was not traced or nothing went back yet
  public Tensor residPreGradient(int layer, int row) {
    Tensor all =
        pass.gradient(layer)
            .orElseThrow(
                () ->
                    new ModelException(
                        ErrorCode.PLAN,
                        "the gradient of what enters block %d was not asked for, or nothing went back yet"
                            .formatted(layer)));
    int first = 0;
    for (int packed : places.order()) {
      if (packed == row) {
        return all.narrow(0, first, lengths[row]);
      }
      first += lengths[packed];
    }
    throw new ModelException(
        ErrorCode.PLAN, "row %d of a batch of %d".formatted(row, lengths.length));
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
