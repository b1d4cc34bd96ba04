package org.demur.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Opens a page in the user's browser.
final class Browser {
  /// Commands of the desktops, the first that exists is taken.
  private static final List<List<String>> OPENERS =
      List.of(List.of("xdg-open"), List.of("open"), List.of("cmd", "/c", "start", ""));

  private Browser() {}

  /// Opens a file, or says that it could not be opened; that is no failure of the command.
  static void open(Path page, Console console) {
    for (List<String> opener : OPENERS) {
      List<String> command = new ArrayList<>(opener);
      command.add(page.toAbsolutePath().toString());
      try {
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
        return;
      } catch (IOException _) {
        // The next one may exist.
      }
    }
    console.note("no browser could be started; open " + page + " yourself");
  }
}
