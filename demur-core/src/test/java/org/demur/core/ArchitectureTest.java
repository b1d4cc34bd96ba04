package org.demur.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The module that all others stand on; the other modules share their rules through the testkit,
/// which itself stands on this one.
final class ArchitectureTest {
  private final JavaClasses classes =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void theModuleUsesNothingButTheJavaPlatformAndItself() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages("java..", "org.demur.core..", "org.jspecify.annotations..")
        .check(classes);
  }

  @Test
  void theModuleNeitherPrintsNorLogsNorLooksAroundInTheProcess() {
    GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(classes);
    GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(classes);
    for (String method : new String[] {"getenv", "getProperty", "exit"}) {
      noClasses()
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "System." + method,
                  call ->
                      call.getTargetOwner().isEquivalentTo(System.class)
                          && call.getName().equals(method)))
          .check(classes);
    }
  }

  @Test
  void theSourcesOfThisModuleWereFound() {
    assertThat(classes.contain(DemurException.class)).isTrue();
  }
}
