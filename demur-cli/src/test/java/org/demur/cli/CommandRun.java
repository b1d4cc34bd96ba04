package org.demur.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One run of the command in this process: what it was given and what came out.
record CommandRun(int code, String out, String err) {
  /// A run in preparation: arguments, standard input, variables; nothing of this machine leaks in.
  static final class Preparation {
    private final Map<String, String> variables = new LinkedHashMap<>();
    private final Path home;
    private byte[] input = {};

    private Preparation(Path home) {
      this.home = home;
    }

    Preparation variable(String name, String value) {
      variables.put(name, value);
      return this;
    }

    Preparation input(String text) {
      return input(text.getBytes(StandardCharsets.UTF_8));
    }

    Preparation input(byte[] bytes) {
      input = bytes.clone();
      return this;
    }

    CommandRun run(String... args) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      Console console = new Console(new ByteArrayInputStream(input), out, err);
      Environment environment =
          new Environment(
              variables, Environment.Terminals.NONE, home, "Testix x86_64", "25.0.0-test");
      int code = Main.run(List.of(args), console, environment);
      return new CommandRun(
          code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
  }

  /// A run whose home folder, and so whose cache, is the given folder.
  static Preparation at(Path home) {
    return new Preparation(home);
  }

  /// A run that needs no folder.
  static CommandRun of(String... args) {
    return new Preparation(Path.of("no-such-home")).run(args);
  }

  /// Standard output as the one JSON document that it must be.
  Map<String, Object> document() {
    return TestJson.object(out);
  }

  /// The array under a key of the document; empty when there is none.
  List<?> list(String key) {
    return document().get(key) instanceof List<?> list ? list : List.of();
  }
}
