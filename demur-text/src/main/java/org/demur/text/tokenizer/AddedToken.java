package org.demur.text.tokenizer;

/// A token that is found by its literal before any merging.
///
/// @param id the id in the vocabulary
/// @param literal the text that it matches
/// @param stripLeft whether white space before it belongs to it
/// @param stripRight whether white space after it belongs to it
/// @param wholeWord whether it matches only between characters that are not part of a word
record AddedToken(
    int id, String literal, boolean stripLeft, boolean stripRight, boolean wholeWord) {
  static AddedToken of(int id, String literal) {
    return new AddedToken(id, literal, false, false, false);
  }

  AddedToken withStripRight(boolean strip) {
    return new AddedToken(id, literal, stripLeft, strip, wholeWord);
  }

  AddedToken withStripLeft(boolean strip) {
    return new AddedToken(id, literal, strip, stripRight, wholeWord);
  }
}
