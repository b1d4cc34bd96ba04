package org.demur.text.tokenizer;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Names inside the native library that no text can contain.
///
/// The library would turn every literal of an added token into that token. So it knows one added
/// token only, the marker, which stands for whatever added token was found at a place; and the
/// control tokens of the vocabulary have hidden names there. The names start with a noncharacter
/// and hold a random key of the instance.
final class Placeholders {
  private static final char OPEN = '\uFDD0';
  private static final char CLOSE = '\uFDD1';
  private static final int KEY_BYTES = 8;

  private final String key;
  private final String marker;

  Placeholders() {
    byte[] random = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(random);
    this.key = OPEN + HexFormat.of().formatHex(random);
    this.marker = key + CLOSE;
  }

  /// The name that stands for an added token in a text.
  String marker() {
    return marker;
  }

  /// The name of a control token in the vocabulary of the library.
  String hidden(int id) {
    return key + id + CLOSE;
  }

  /// Whether a text holds a name.
  boolean occurIn(String text) {
    return text.contains(key);
  }
}
