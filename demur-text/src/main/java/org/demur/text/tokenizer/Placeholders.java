package org.demur.text.tokenizer;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Names that added tokens have inside the native library.
///
/// The library would turn every literal of an added token into that token. So it knows them only by
/// these names, and whoever may write markup has the literals replaced first. The names start with
/// a noncharacter and hold a random key of the instance, so that no text can contain one.
final class Placeholders {
  private static final char OPEN = '\uFDD0';
  private static final char CLOSE = '\uFDD1';
  private static final int KEY_BYTES = 8;

  private final String key;

  Placeholders() {
    byte[] random = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(random);
    this.key = OPEN + HexFormat.of().formatHex(random);
  }

  /// The name of the added token with a number.
  String name(int number) {
    return key + Integer.toString(number, Character.MAX_RADIX) + CLOSE;
  }

  /// Whether a text could hold a name.
  boolean occurIn(String text) {
    return text.contains(key);
  }

  /// Replaces the names in a text by what `literal` gives for their numbers.
  String replace(String text, java.util.function.IntFunction<String> literal) {
    int at = text.indexOf(key);
    if (at < 0) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length());
    int done = 0;
    while (at >= 0) {
      int close = text.indexOf(CLOSE, at);
      if (close < 0) {
        break;
      }
      result.append(text, done, at);
      String number = text.substring(at + key.length(), close);
      result.append(literal.apply(Integer.parseInt(number, Character.MAX_RADIX)));
      done = close + 1;
      at = text.indexOf(key, done);
    }
    return result.append(text, done, text.length()).toString();
  }
}
