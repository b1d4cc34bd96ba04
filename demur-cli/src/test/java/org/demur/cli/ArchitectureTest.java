package org.demur.cli;

import java.util.stream.Stream;
import org.demur.testkit.ArchitectureRules;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class ArchitectureTest {
  @TestFactory
  Stream<DynamicTest> theModuleKeepsItsRules() {
    return ArchitectureRules.ofModule(
        "cli",
        "core",
        "tensor",
        "text",
        "model",
        "data",
        "stats",
        "directions",
        "guard",
        "attacks",
        "train",
        "harden",
        "bench",
        "eval",
        "report",
        "audit");
  }
}
