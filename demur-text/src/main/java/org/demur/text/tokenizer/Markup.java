package org.demur.text.tokenizer;

/// An added token found in a text.
///
/// @param id the token
/// @param start first char that it replaces, with white space that it swallows
/// @param end first char after it, with white space that it swallows
record Markup(int id, int start, int end) {}
