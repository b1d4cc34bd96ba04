package org.demur.cli;

import java.util.List;

/// Starts the `demur` command.
public final class Main {
  private Main() {}

  /// Runs the command and ends the process with its exit code.
  public static void main(String[] args) {
    System.exit(run(List.of(args), Console.ofProcess(), Environment.ofProcess()));
  }

  /// Runs the command over the given streams and returns its exit code; it never throws.
  ///
  /// @return 0 fine, 1 a check failed, 2 wrong usage, 3 bad input, 4 not found or not reachable, 70
  ///   internal error, 130 interrupted
  public static int run(List<String> args, Console console, Environment environment) {
    Failures failures = new Failures(console, environment, args);
    try {
      int code =
          CommandTree.of(new Context(console, environment))
              .setParameterExceptionHandler(failures)
              .setExecutionExceptionHandler(failures)
              .execute(args.toArray(String[]::new));
      return console.failed() ? failures.outputLost(code) : code;
    } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
      return failures.report(e);
    }
  }
}
