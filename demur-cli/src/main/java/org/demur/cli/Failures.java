package org.demur.cli;

import java.util.List;
import java.util.Locale;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns a failure into one sentence on standard error and an exit code.
///
/// With `--json` the same failure is also the one document on standard output, `{"error": {"code",
/// "message"}}`, so that a program that reads it always gets JSON.
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
  private final Console console;
  private final boolean json;
  private final boolean debug;

  Failures(Console console, Environment environment, List<String> args) {
    this.console = console;
    List<String> options = args.contains("--") ? args.subList(0, args.indexOf("--")) : args;
    this.json = options.contains("--json");
    this.debug = environment.debug() || options.contains("--debug");
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    String message = sentence(String.valueOf(failure.getMessage())) + hint(failure);
    say(ErrorCode.USAGE.name(), message);
    console.note("Try `" + command.getCommandSpec().qualifiedName() + " --help`.");
    trace(failure);
    return ErrorCode.USAGE.exitCode();
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult parseResult) {
    if (failure instanceof ParameterException wrongUse) {
      return handleParseException(wrongUse, new String[0]);
    }
    return report(failure);
  }

  /// Reports a failure that no command expected as well as those that Demur raises on purpose.
  int report(Throwable failure) {
    if (failure instanceof DemurException known) {
      say(known.code().name(), String.valueOf(known.getMessage()));
      trace(failure);
      return known.code().exitCode();
    }
    if (failure instanceof InterruptedByUserException) {
      say("INTERRUPTED", String.valueOf(failure.getMessage()));
      trace(failure);
      return ExitCodes.INTERRUPTED;
    }
    if (failure instanceof OutOfMemoryError) {
      say("OUT_OF_MEMORY", "out of memory; DEMUR_JAVA_OPTS=-Xmx... gives the Java part more");
    } else {
      String trace =
          debug ? "" : "; run it again with --debug or DEMUR_DEBUG=1 for the trace and report it";
      say("INTERNAL", "Demur failed unexpectedly (" + kind(failure) + ")" + trace);
    }
    trace(failure);
    return ExitCodes.INTERNAL;
  }

  /// Reports that a result could not be written; an earlier failure keeps its exit code.
  int outputLost(int code) {
    console.note("error: standard output could not be written completely");
    return code == ExitCodes.FINE ? ErrorCode.IO.exitCode() : code;
  }

  private void say(String code, String message) {
    console.note("error: " + message);
    if (json) {
      console.json(DocumentJson.error(code, message));
    }
  }

  private void trace(Throwable failure) {
    if (debug) {
      console.trace(failure);
    }
  }

  /// The class only: a message of unknown origin might hold text of a prompt.
  private static String kind(Throwable failure) {
    return failure.getClass().getSimpleName();
  }

  private static String sentence(String message) {
    return message.isEmpty()
        ? message
        : message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
  }

  private static String hint(ParameterException failure) {
    if (!(failure instanceof UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return "";
    }
    CommandLine command = failure.getCommandLine();
    String wrong = unmatched.getUnmatched().getFirst();
    List<String> known =
        wrong.startsWith("-")
            ? command.getCommandSpec().options().stream()
                .flatMap(option -> List.of(option.names()).stream())
                .toList()
            : List.copyOf(command.getSubcommands().keySet());
    return Suggestions.hint(wrong.replaceFirst("=.*", ""), known);
  }
}
