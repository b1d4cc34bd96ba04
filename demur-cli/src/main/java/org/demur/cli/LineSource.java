package org.demur.cli;

import java.util.Optional;

/// Where the lines of a conversation come from.
interface LineSource extends AutoCloseable {
  /// The next line; empty at the end of the input.
  Optional<String> next();

  @Override
  void close();
}
