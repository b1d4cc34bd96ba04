package org.demur.model.generation;

/// Is told of every token as soon as it is chosen.
@FunctionalInterface
public interface TokenListener {
  /// Ignores tokens and never cancels.
  TokenListener NONE = (row, id, text) -> true;

  /// A token was chosen.
  ///
  /// @param row place of its row in the prompts
  /// @param id the token
  /// @param text text that is complete with it; it may be empty, and is when no tokenizer was given
  /// @return whether to go on; `false` ends all rows
  boolean onToken(int row, int id, String text);
}
