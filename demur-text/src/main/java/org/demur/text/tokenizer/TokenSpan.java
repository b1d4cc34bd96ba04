package org.demur.text.tokenizer;

/// A token and where its text stands.
///
/// @param id the token
/// @param start first char of its text
/// @param end first char after its text
public record TokenSpan(int id, int start, int end) {}
