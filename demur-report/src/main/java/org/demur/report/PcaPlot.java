package org.demur.report;

import java.util.List;

/// Residual streams of all prompts on their first two principal components.
///
/// @param position name of the position (`t_inst` or `t_post-inst`) and its token
/// @param layer layer whose input is shown
/// @param explainedFirst share of the variance along the first component, in [0, 1]
/// @param explainedSecond share of the variance along the second component, in [0, 1]
/// @param points the prompts
public record PcaPlot(
    String position,
    int layer,
    double explainedFirst,
    double explainedSecond,
    List<PcaPoint> points) {
  /// Copies the points.
  public PcaPlot {
    points = List.copyOf(points);
  }

  /// One prompt.
  ///
  /// @param x along the first component
  /// @param y along the second component
  /// @param label label of the prompt
  /// @param refused whether the model refused it
  public record PcaPoint(double x, double y, PromptLabel label, boolean refused) {}
}
