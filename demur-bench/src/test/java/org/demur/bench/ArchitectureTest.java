package org.demur.bench;

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
        "bench", "core", "tensor", "text", "model", "directions", "guard", "train");
  }

  @Test
  void theRulesSeeTheClassesOfThisModule() {
    assertThat(ArchitectureRules.mainClasses().contain(Advice.class)).isTrue();
  }
}
