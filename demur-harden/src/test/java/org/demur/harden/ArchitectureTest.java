package org.demur.harden;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.demur.testkit.ArchitectureRules;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class ArchitectureTest {
  @TestFactory
  Stream<DynamicTest> theModuleKeepsItsRules() {
    return ArchitectureRules.ofModule(
        "harden",
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
        "eval",
        "report");
  }

  @Test
  void theRulesSeeTheClassesOfThisModule() {
    assertThat(ArchitectureRules.mainClasses().contain(HardeningRun.class)).isTrue();
  }
}
