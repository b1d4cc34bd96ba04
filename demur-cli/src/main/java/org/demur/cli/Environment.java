package org.demur.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// What the process was started with; the only reader of environment variables and system
/// properties.
///
/// @param variables the environment variables
/// @param terminals which standard streams are a terminal
/// @param home the user's home folder
/// @param platform operating system and processor, as in `Linux amd64`
/// @param javaVersion version of the Java platform
public record Environment(
    Map<String, String> variables,
    Terminals terminals,
    Path home,
    String platform,
    String javaVersion) {
  /// Which of the standard streams are a terminal; a progress bar is drawn only on one.
  public record Terminals(boolean in, boolean out, boolean err) {
    /// No stream is a terminal: pipes and files.
    public static final Terminals NONE = new Terminals(false, false, false);

    /// Both ends of a conversation are a terminal.
    public boolean conversational() {
      return in && out;
    }
  }

  /// Copies the variables.
  public Environment {
    variables = Map.copyOf(variables);
  }

  /// The environment of this process.
  public static Environment ofProcess() {
    return new Environment(
        System.getenv(),
        terminalsOfProcess(),
        Path.of(System.getProperty("user.home", ".")),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        System.getProperty("java.version", "unknown"));
  }

  /// The value of a variable, when it is set to something.
  public Optional<String> variable(String name) {
    return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
  }

  /// Whether traces of failures were asked for with `DEMUR_DEBUG`.
  public boolean debug() {
    return variable("DEMUR_DEBUG").filter(value -> !value.equals("0")).isPresent();
  }

  /// Whether colours are welcome on standard output.
  public boolean colours() {
    return terminals.out() && variable("NO_COLOR").isEmpty();
  }

  /// The folder for models and certificates unless `--cache` names another: `DEMUR_CACHE`, else
  /// `demur` below [#caches()].
  public Path cache() {
    return variable("DEMUR_CACHE").map(Path::of).orElseGet(() -> caches().resolve("demur"));
  }

  /// The user's folder for caches of all programs: `XDG_CACHE_HOME`, else `.cache` at home.
  public Path caches() {
    return variable("XDG_CACHE_HOME").map(Path::of).orElseGet(() -> home.resolve(".cache"));
  }

  /// The launcher tests the streams and passes what it found, for example `in,err`; Java itself
  /// cannot tell.
  private static Terminals terminalsOfProcess() {
    String found = System.getProperty("demur.terminals", "");
    return new Terminals(found.contains("in"), found.contains("out"), found.contains("err"));
  }
}
