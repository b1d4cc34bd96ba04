package org.demur.model.intervention;

import java.util.List;

/// Interventions in the order in which they are applied.
///
/// At one hook point the interventions act one after the other in the order of the list; across
/// hook points in the order of the forward pass. Rows of one batch may have different plans.
///
/// @param interventions the edits
public record Plan(List<Intervention> interventions) {
  /// Edits nothing.
  public static final Plan NONE = new Plan(List.of());

  /// Copies the list.
  public Plan {
    interventions = List.copyOf(interventions);
  }

  /// A plan of the given edits.
  public static Plan of(Intervention... interventions) {
    return new Plan(List.of(interventions));
  }

  /// Whether there is nothing to do.
  public boolean isEmpty() {
    return interventions.isEmpty();
  }
}
