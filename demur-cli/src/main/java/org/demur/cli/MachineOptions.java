package org.demur.cli;

import org.demur.tensor.Device;
import org.demur.tensor.Engine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a model computes, and with how many threads.
final class MachineOptions {
  @Option(
      names = "--device",
      paramLabel = "cpu|cuda[:N]",
      description = "Where to compute (default: cpu).")
  private String device = "cpu";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one operation (default: one per core).")
  private @Nullable Integer threads;

  /// Sets the threads where they were given.
  ///
  /// @return the device
  Device apply() {
    if (threads != null) {
      Engine.setThreads(threads);
    }
    return Device.parse(device);
  }

  /// Whether the processor computes.
  boolean onProcessor() {
    return device.equals("cpu");
  }
}
