package org.demur.text.tokenizer;

/// Decides for each literal of an added token in a text whether it becomes that token.
@FunctionalInterface
public interface MarkupRule {
  /// Whether the literal of token `id` at chars `start` (inclusive) to `end` (exclusive) becomes
  /// the token; if not, it is ordinary text.
  boolean accepts(int id, int start, int end);
}
