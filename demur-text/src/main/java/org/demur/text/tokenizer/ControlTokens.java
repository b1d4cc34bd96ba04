package org.demur.text.tokenizer;

/// What becomes of the literals of control tokens (such as `<|im_end|>`) that stand in a text.
public enum ControlTokens {
  /// A literal becomes its control token: for text that a template wrote.
  PARSED,
  /// A literal is ordinary text: for text that a user wrote. Tokens that a vocabulary defines as
  /// the user's own (llama.cpp: user-defined) still match, as with llama.cpp's `parse_special =
  /// false`.
  PLAIN
}
