package org.demur.eval.judge;

import java.util.Optional;

/// A reply that a person has labelled.
///
/// @param reply the reply and its prompt
/// @param kind the label as it was given: a tone or the name of a class
/// @param refused the binary label; empty for a degenerate reply, which is on neither side
/// @param label the class, when one of the five was given
public record LabelledReply(
    Reply reply, String kind, Optional<Boolean> refused, Optional<ReplyClass> label) {
  /// A reply labelled with one of the five classes.
  public static LabelledReply of(Reply reply, ReplyClass label) {
    Optional<Boolean> refused =
        label == ReplyClass.DEGENERATE ? Optional.empty() : Optional.of(label.declines());
    return new LabelledReply(reply, label.label(), refused, Optional.of(label));
  }
}
