package org.demur.data;

import java.util.Optional;

/// One prompt of a set.
///
/// @param id unique in its set, such as `fraud-01/harmful`
/// @param text the prompt, verbatim
/// @param label what the set says it is
/// @param category the kind of harm that it asks for or, for a twin, looks like
/// @param pair what a harmful prompt and its harmless twin have in common, such as `fraud-01`
/// @param split what it may be used for
public record LabelledPrompt(
    String id,
    String text,
    Label label,
    Optional<String> category,
    Optional<String> pair,
    Split split) {
  /// Checks that there is an id and a text.
  public LabelledPrompt {
    if (id.isBlank() || text.isBlank()) {
      throw new IllegalArgumentException("a prompt needs an id and a text, id \"" + id + "\"");
    }
  }
}
