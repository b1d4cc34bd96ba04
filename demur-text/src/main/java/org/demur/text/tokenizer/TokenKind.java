package org.demur.text.tokenizer;

/// What a token of a vocabulary is for, with the meanings of GGUF's `tokenizer.ggml.token_type`.
enum TokenKind {
  /// Made by merges.
  NORMAL,
  /// Stands for what the vocabulary cannot express.
  UNKNOWN,
  /// Markup that text must not be able to forge.
  CONTROL,
  /// A literal that always matches as a whole.
  USER_DEFINED,
  /// Reserved.
  UNUSED,
  /// One byte, written `<0xE2>`.
  BYTE;

  /// The kind for a number of a GGUF file; numbers that are not defined there count as unused.
  static TokenKind ofGguf(int type) {
    return switch (type) {
      case 1 -> NORMAL;
      case 2 -> UNKNOWN;
      case 3 -> CONTROL;
      case 4 -> USER_DEFINED;
      case 6 -> BYTE;
      default -> UNUSED;
    };
  }

  /// Whether the token appears only where markup is parsed.
  boolean isControl() {
    return this == CONTROL || this == UNKNOWN;
  }
}
