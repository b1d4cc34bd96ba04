package org.demur.directions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.demur.testkit.ArchitectureRules;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class ArchitectureTest {
  @TestFactory
  Stream<DynamicTest> theModuleKeepsItsRules() {
    return ArchitectureRules.ofModule("directions", "core", "tensor", "text", "model", "data");
  }

  @Test
  void theRulesSeeTheClassesOfThisModule() {
    assertThat(ArchitectureRules.mainClasses().contain(Extraction.class)).isTrue();
  }
}
