package org.demur.cli;

import picocli.CommandLine.ExitCode;

/// The exit codes of the command that have no [error code][org.demur.core.ErrorCode] of their own.
final class ExitCodes {
  /// Everything went well.
  static final int FINE = ExitCode.OK;

  /// A check ran and failed.
  static final int CHECK_FAILED = 1;

  /// Demur itself is at fault; 70 is what BSD's `sysexits.h` calls an internal software error.
  static final int INTERNAL = 70;

  /// The user pressed Ctrl-C: 128 plus the number of the signal, as shells have it.
  static final int INTERRUPTED = 130;

  private ExitCodes() {}
}
