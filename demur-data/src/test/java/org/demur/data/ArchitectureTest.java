package org.demur.data;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.demur.testkit.ArchitectureRules;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class ArchitectureTest {
  @TestFactory
  Stream<DynamicTest> theModuleKeepsItsRules() {
    return ArchitectureRules.ofModule("data", "core");
  }

  @Test
  void onlyTheStoreKnowsDuckDb() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.demur.data.store")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.duckdb..", "java.sql..")
        .check(new ClassFileImporter().importPath(Path.of("target", "classes")));
  }

  @Test
  void theRulesSeeTheClassesOfThisModule() {
    assertThat(ArchitectureRules.mainClasses().contain(PromptSet.class)).isTrue();
  }
}
