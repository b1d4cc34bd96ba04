package org.demur.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.demur.core.ErrorCode;

/// Lines of a pipe or file, without prompts.
final class StreamLines implements LineSource {
  private final BufferedReader reader;

  StreamLines(InputStream in) {
    // a decoder of its own reports malformed input; a charset would replace it
    this.reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
  }

  @Override
  public Optional<String> next() {
    try {
      return Optional.ofNullable(reader.readLine());
    } catch (CharacterCodingException e) {
      throw new CliException(ErrorCode.IO, "standard input is not valid UTF-8", e);
    } catch (IOException e) {
      throw new CliException(ErrorCode.IO, "cannot read standard input: " + e.getMessage(), e);
    }
  }

  /// Leaves standard input open: it belongs to the process.
  @Override
  public void close() {}
}
