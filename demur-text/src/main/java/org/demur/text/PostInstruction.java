package org.demur.text;

import java.util.List;

/// What a chat template puts after the user's text.
///
/// Directions are read at these tokens: end of turn, header of the answer.
///
/// @param text the text
/// @param ids its token ids
/// @param pieces the strings of the tokens
public record PostInstruction(String text, List<Integer> ids, List<String> pieces) {
  /// Copies the lists.
  public PostInstruction {
    ids = List.copyOf(ids);
    pieces = List.copyOf(pieces);
  }
}
