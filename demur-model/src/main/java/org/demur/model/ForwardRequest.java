package org.demur.model;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.demur.model.hook.HookPoint;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Plan;

/// What a forward pass is to compute, keep and edit. Nothing else is computed or kept.
///
/// @param capture hook points whose values are kept
/// @param captureAt tokens whose values are kept there
/// @param logits tokens whose logits are wanted; empty to skip the head
/// @param stopAfterLayer last block to run; empty for all
/// @param plans edits: none, one for all rows, or one per row
/// @param gradients whether operations are recorded for [org.demur.tensor.Tensor#backward()]
public record ForwardRequest(
    Set<HookPoint> capture,
    Positions captureAt,
    Optional<Positions> logits,
    OptionalInt stopAfterLayer,
    List<Plan> plans,
    boolean gradients) {

  /// Copies the collections.
  public ForwardRequest {
    capture = Set.copyOf(capture);
    plans = List.copyOf(plans);
  }

  /// Only logits, at the given tokens.
  public static ForwardRequest logitsAt(Positions positions) {
    return new ForwardRequest(
        Set.of(), Positions.ALL, Optional.of(positions), OptionalInt.empty(), List.of(), false);
  }

  /// Only values of hook points, at the given tokens, without the head.
  public static ForwardRequest captureOnly(Collection<HookPoint> points, Positions positions) {
    return new ForwardRequest(
        Set.copyOf(points), positions, Optional.empty(), OptionalInt.empty(), List.of(), false);
  }

  /// The same request that also keeps values of hook points.
  public ForwardRequest capturing(Collection<HookPoint> points, Positions positions) {
    return new ForwardRequest(
        Set.copyOf(points), positions, logits, stopAfterLayer, plans, gradients);
  }

  /// The same request that ends after a block, without the head.
  public ForwardRequest stoppingAfter(int layer) {
    return new ForwardRequest(
        capture, captureAt, Optional.empty(), OptionalInt.of(layer), plans, gradients);
  }

  /// The same request with edits: one plan for all rows, or one per row.
  public ForwardRequest with(Plan... edits) {
    return new ForwardRequest(
        capture, captureAt, logits, stopAfterLayer, List.of(edits), gradients);
  }

  /// The same request, recorded for gradients.
  public ForwardRequest recorded() {
    return new ForwardRequest(capture, captureAt, logits, stopAfterLayer, plans, true);
  }
}
