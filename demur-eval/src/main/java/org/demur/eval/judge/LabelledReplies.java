package org.demur.eval.judge;

import java.util.List;

/// The rows of a file of labelled replies.
///
/// @param rows rows with a label that counts, in the order of the file
/// @param dropped rows whose tone is on neither side (`dontknow`, `incoherent`)
public record LabelledReplies(List<LabelledReply> rows, int dropped) {
  /// Copies the list.
  public LabelledReplies {
    rows = List.copyOf(rows);
  }
}
