package org.demur.model;

import java.util.List;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.intervention.Receipt;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// What a forward pass gave. Owns its tensors until it is closed.
public final class ForwardResult implements AutoCloseable {
  /// Place of the logits of a row inside the packed ones.
  record LogitRows(int first, int[] positions) {}

  private final Scope scope;
  private final Activations activations;
  private final List<Tensor> logits;
  private final List<LogitRows> logitRows;
  private final List<Receipt> receipts;

  ForwardResult(
      Scope scope,
      Activations activations,
      List<Tensor> logits,
      List<LogitRows> logitRows,
      List<Receipt> receipts) {
    this.scope = scope;
    this.activations = activations;
    this.logits = logits;
    this.logitRows = logitRows;
    this.receipts = receipts;
  }

  /// Values of the hook points that were asked for.
  public Activations activations() {
    return activations;
  }

  /// What the interventions did.
  public List<Receipt> receipts() {
    return receipts;
  }

  private Tensor packed() {
    if (logits.isEmpty()) {
      throw new ModelException(ErrorCode.PLAN, "the pass was not asked for logits");
    }
    return logits.getFirst();
  }

  /// Logits of one row, `[position, vocabulary]`, at the positions that were asked for.
  public Tensor logits(int row) {
    LogitRows place = logitRows.get(row);
    return packed().narrow(0, place.first(), place.positions().length);
  }

  /// Positions in the row that [#logits(int)] holds.
  public int[] logitPositions(int row) {
    return logitRows.get(row).positions().clone();
  }

  /// The last logits of every row that were asked for, `[batch, vocabulary]`.
  public Tensor lastLogits() {
    int[] last =
        logitRows.stream()
            .mapToInt(place -> place.first() + place.positions().length - 1)
            .toArray();
    return packed().indexSelect(0, Tensors.ofInts(last, packed().device()));
  }

  /// Frees the tensors.
  @Override
  public void close() {
    scope.close();
  }
}
