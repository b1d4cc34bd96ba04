package org.demur.text.tokenizer;

import java.nio.file.Path;
import java.util.Optional;

final class TokenizerJson {
  private TokenizerJson() {}

  static TokenizerDefinition read(Path file) {
    return Optional.<TokenizerDefinition>empty()
        .orElseThrow(() -> new TokenizerException(file + " cannot be read yet"));
  }
}
