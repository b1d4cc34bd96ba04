package org.demur.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.hook.HookPoint;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// Values of hook points that a forward pass kept, after any edits.
///
/// They belong to the [ForwardResult] that they come from. What the methods return belongs to the
/// innermost open scope.
public final class Activations {
  /// Kept tokens of one row at one hook point.
  ///
  /// @param kept tokens of several rows, `[token, ...]`
  /// @param first of the row's among them
  record Part(int row, int[] positions, Tensor kept, int first) {
    /// A view that belongs to the innermost open scope.
    Tensor values() {
      return kept.narrow(0, first, positions.length);
    }
  }

  private final Map<HookPoint, List<Part>> parts = new TreeMap<>();
  private final int rows;

  Activations(int rows) {
    this.rows = rows;
  }

  void add(HookPoint point, Part part) {
    parts.computeIfAbsent(point, key -> new ArrayList<>()).add(part);
  }

  /// The hook points of which something was kept, in forward order.
  public SequencedSet<HookPoint> hookPoints() {
    return new TreeSet<>(parts.keySet());
  }

  private Part part(HookPoint point, int row) {
    List<Part> all = parts.get(point);
    if (all == null) {
      throw new ModelException(
          ErrorCode.PLAN, "nothing was kept at %s; kept: %s".formatted(point, parts.keySet()));
    }
    return all.stream()
        .filter(part -> part.row() == row)
        .findFirst()
        .orElseThrow(
            () ->
                new ModelException(
                    ErrorCode.PLAN, "no token of row " + row + " was kept at " + point));
  }

  /// Values of one row, `[kept position, ...]`, see [org.demur.model.hook.HookSite].
  public Tensor row(HookPoint point, int row) {
    return part(point, row).values();
  }

  /// Positions in the row that [#row] holds, rising.
  public int[] positions(HookPoint point, int row) {
    return part(point, row).positions().clone();
  }

  /// Values of all rows where one token per row was kept, `[batch, ...]`.
  ///
  /// @throws ModelException when a row has another number of kept tokens
  public Tensor stacked(HookPoint point) {
    try (Scope step = Scope.open()) {
      List<Tensor> values = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        Part part = part(point, row);
        if (part.positions().length != 1) {
          throw new ModelException(
              ErrorCode.PLAN,
              "%d tokens of row %d were kept at %s, but one is needed"
                  .formatted(part.positions().length, row, point));
        }
        values.add(part.values());
      }
      return step.keep(Tensors.concatenate(values, 0));
    }
  }
}
