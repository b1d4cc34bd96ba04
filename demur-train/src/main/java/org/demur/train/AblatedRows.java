package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which rows of a batch are ablated, and how.
///
/// @param forms of every row; empty for rows that are left alone
/// @param source layer of the direction, or of the subspace, that all layers lose
/// @param width directions of the subspace
record AblatedRows(List<Optional<AblationForm>> forms, int source, int width) {
  AblatedRows {
    forms = List.copyOf(forms);
  }

  /// Rows that all lose the directions of each layer.
  static AblatedRows perLayer(List<Boolean> ablated) {
    List<Optional<AblationForm>> forms = new ArrayList<>();
    ablated.forEach(row -> forms.add(row ? Optional.of(AblationForm.PER_LAYER) : Optional.empty()));
    return new AblatedRows(forms, 0, 0);
  }

  /// How many rows are ablated.
  int count() {
    return (int) forms.stream().filter(Optional::isPresent).count();
  }

  /// For every row whether it is ablated in a form.
  List<Boolean> in(AblationForm form) {
    return forms.stream().map(row -> row.filter(form::equals).isPresent()).toList();
  }

  /// Some of the rows, one range after the other.
  AblatedRows part(int[]... ranges) {
    List<Optional<AblationForm>> some = new ArrayList<>();
    for (int[] range : ranges) {
      some.addAll(forms.subList(range[0], range[1]));
    }
    return new AblatedRows(some, source, width);
  }
}
