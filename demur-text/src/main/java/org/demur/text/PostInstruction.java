package org.demur.text;

import java.util.List;

/// The post-instruction tokens of a template: what it writes after the user's text.
///
/// @param ids the tokens
/// @param pieces their strings in the vocabulary
/// @param text their text
public record PostInstruction(List<Integer> ids, List<String> pieces, String text) {
  /// Copies the lists.
  public PostInstruction {
    ids = List.copyOf(ids);
    pieces = List.copyOf(pieces);
  }
}
