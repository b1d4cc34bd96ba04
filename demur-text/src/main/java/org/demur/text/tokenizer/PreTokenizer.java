package org.demur.text.tokenizer;

import java.util.List;

/// How a byte-level BPE cuts a text into the words inside which it merges.
///
/// @param splits regular expressions in the dialect of the native library (Oniguruma, Ruby syntax),
///   applied one after the other to the pieces that the one before left; matches and the text
///   between them are pieces
/// @param ignoreMerges whether a word that is a token needs no merges
/// @param addsBos whether a prompt starts with the begin-of-sequence token unless the file says
///   otherwise
/// @param escapesSpaces whether the vocabulary holds plain text with spaces written `▁` and bytes
///   written `<0xE2>`, instead of the byte alphabet of GPT-2
record PreTokenizer(
    List<String> splits, boolean ignoreMerges, boolean addsBos, boolean escapesSpaces) {
  static PreTokenizer of(String... splits) {
    return new PreTokenizer(List.of(splits), false, false, false);
  }

  PreTokenizer ignoringMerges() {
    return new PreTokenizer(splits, true, addsBos, escapesSpaces);
  }

  PreTokenizer addingBos() {
    return new PreTokenizer(splits, ignoreMerges, true, escapesSpaces);
  }

  PreTokenizer escapingSpaces() {
    return new PreTokenizer(splits, ignoreMerges, addsBos, true);
  }
}
