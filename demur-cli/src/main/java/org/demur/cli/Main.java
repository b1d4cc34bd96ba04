package org.demur.cli;

import java.util.List;
import org.demur.tensor.Engine;

/// Starts the `demur` command.
public final class Main {
  /// The launcher sets it for commands that run a model: the natives load while options are read.
  private static final String PRELOAD = "demur.preload";

  private Main() {}

  /// Runs the command and ends the process with its exit code.
  public static void main(String[] args) {
    if (Boolean.getBoolean(PRELOAD)) {
      Engine.preload();
    }
    System.exit(run(List.of(args), Console.ofProcess(), Environment.ofProcess()));
  }

  /// Runs the command over the given streams and returns its exit code; it never throws.
  ///
  /// @return 0 fine, 1 a check failed, 2 wrong usage, 3 bad input, 4 not found or not reachable, 5
  ///   a worker was lost, 70 internal error, 130 interrupted
  public static int run(List<String> args, Console console, Environment environment) {
    Failures failures = new Failures(console, environment, args);
    try {
      int code =
          CommandTree.forArguments(new Context(console, environment), args)
              .setParameterExceptionHandler(failures)
              .setExecutionExceptionHandler(failures)
              .execute(args.toArray(String[]::new));
      return console.failed() ? failures.outputLost(code) : code;
    } catch (OutOfMemoryError | StackOverflowError | LinkageError e) {
      return failures.report(e);
    }
  }
}
