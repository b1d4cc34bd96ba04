package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.demur.report.AuditReportJson;

/// The arguments that run an audit again as its report says it was run.
final class RepeatedAudit {
  private static final String NOT_GIVEN = "null";

  private RepeatedAudit() {}

  /// Reads the effective options of a run.
  ///
  /// @param report `report.json` of the run
  /// @throws org.demur.core.DemurException when it is no report
  static List<String> arguments(Path report) {
    Map<String, String> options = AuditReportJson.read(report).run().options();
    List<String> arguments = new ArrayList<>(List.of("audit", options.getOrDefault("model", "")));
    for (String adapter : parts(options, "adapter")) {
      arguments.addAll(List.of("--adapter", adapter));
    }
    for (String category : parts(options, "category")) {
      arguments.addAll(List.of("--category", category));
    }
    for (String name :
        List.of(
            "harmful",
            "harmless",
            "field",
            "category-field",
            "profile",
            "seed",
            "fpr",
            "dtype",
            "threads")) {
      String value = options.getOrDefault(name, NOT_GIVEN);
      if (!value.equals(NOT_GIVEN)) {
        arguments.addAll(List.of("--" + name, value));
      }
    }
    if (options.getOrDefault("plain", "false").equals("true")) {
      arguments.add("--plain");
    }
    if (options.getOrDefault("replies", "true").equals("false")) {
      arguments.add("--no-replies");
    }
    return arguments;
  }

  private static List<String> parts(Map<String, String> options, String name) {
    String value = options.getOrDefault(name, "");
    return value.isEmpty() ? List.of() : List.of(value.split(",", -1));
  }
}
