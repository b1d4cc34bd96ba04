package org.demur.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReader.Option;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.completer.StringsCompleter;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// Lines that a user edits on a terminal, with a history that is forgotten at the end.
final class TerminalLines implements LineSource {
  private static final String PROMPT = "> ";

  private final Terminal terminal;
  private final LineReader reader;

  TerminalLines() {
    try {
      terminal = TerminalBuilder.builder().name("demur").system(true).dumb(true).build();
    } catch (IOException e) {
      throw new CliException(ErrorCode.IO, "the terminal cannot be used: " + e.getMessage(), e);
    }
    reader =
        LineReaderBuilder.builder()
            .terminal(terminal)
            .completer(new StringsCompleter(ChatCommands.NAMES))
            // "!" is an ordinary character in a conversation
            .option(Option.DISABLE_EVENT_EXPANSION, true)
            .option(Option.INSERT_TAB, false)
            .build();
  }

  @Override
  public Optional<String> next() {
    while (true) {
      try {
        return Optional.of(reader.readLine(PROMPT));
      } catch (UserInterruptException e) {
        // Ctrl-C throws away the line and nothing else
      } catch (EndOfFileException e) {
        return Optional.empty();
      }
    }
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
