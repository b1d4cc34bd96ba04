package org.demur.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How this process was started, to start others like it.
final class ThisProgram {
  private ThisProgram() {}

  /// The command that runs Demur with the same Java, flags and class path; arguments follow.
  static List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    // the last one counts: its streams are pipes
    command.add("-Ddemur.terminals=");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return command;
  }
}
