package org.demur.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.util.ArrayList;
import java.util.List;

/// How this process was started, to start others like it.
final class ThisProgram {
  private ThisProgram() {}

  /// The command that runs Demur with the same Java, flags and class path; arguments follow.
  static List<String> command() {
    RuntimeMXBean java = ManagementFactory.getRuntimeMXBean();
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(java.getInputArguments());
    // the last one counts: its streams are pipes
    command.add("-Ddemur.terminals=");
    command.addAll(List.of("-cp", java.getClassPath(), Main.class.getName()));
    return command;
  }
}
