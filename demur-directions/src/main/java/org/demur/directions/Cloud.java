package org.demur.directions;

import java.util.ArrayList;
import java.util.List;

/// Hidden states of a group of prompts, of which the middle is wanted.
///
/// For a plain mean only sums are kept; the others need every prompt.
final class Cloud {
  private final Centre centre;
  private final MeanTable sums;
  private final List<ResidualRow> rows = new ArrayList<>();
  private int count;

  Cloud(Centre centre, int spots, int nRows, int dModel) {
    this.centre = centre;
    this.sums = new MeanTable(spots, nRows, dModel);
  }

  void add(ResidualRow row) {
    count++;
    if (centre == Centre.MEAN) {
      sums.add(row);
    } else {
      rows.add(row);
    }
  }

  int count() {
    return count;
  }

  DirectionTable middle() {
    return centre == Centre.MEAN ? sums.mean() : centre.of(rows);
  }
}
