package org.demur.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.demur.testkit.planted.Chatterbox;
import org.junit.jupiter.api.Test;

final class ArchitectureRulesTest {
  private final JavaClasses planted = new ClassFileImporter().importClasses(Chatterbox.class);

  @Test
  void aClassThatPrintsAndReadsPropertiesBreaksExactlyOneConfinement() {
    List<ArchRule> broken =
        ArchitectureRules.confinements().stream()
            .filter(rule -> rule.evaluate(planted).hasViolation())
            .toList();

    assertThat(broken).hasSize(1);
    assertThat(broken.getFirst().evaluate(planted).getFailureReport().getDetails())
        .anyMatch(detail -> detail.contains("System.out"))
        .anyMatch(detail -> detail.contains("System.getProperty"));
  }

  @Test
  void aTestClassThatSurefireWouldNotRunIsNamed() {
    assertThatThrownBy(() -> TestNames.RULE.check(planted))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Chatterbox");
  }

  @Test
  void aPackageThatIsNotMarkedIsNamed() {
    assertThatThrownBy(() -> PackageMarking.RULE.check(planted))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Chatterbox");
  }

  @Test
  void aModuleThatUsesAnotherOneIsNamed() {
    JavaClasses own = new ClassFileImporter().importClasses(ArchitectureRulesTest.class);

    assertThat(ArchitectureRules.usesOnly("elsewhere", "core").evaluate(own).hasViolation())
        .isTrue();
    assertThat(ArchitectureRules.usesOnly("testkit").evaluate(own).hasViolation()).isFalse();
  }

  @Test
  void jacksonOutsideItsClassesIsNamed() {
    JavaClasses own = new ClassFileImporter().importClasses(JacksonUser.class);

    assertThat(
            ArchitectureRules.confinements().stream()
                .filter(rule -> rule.evaluate(own).hasViolation())
                .map(ArchRule::getDescription))
        .containsExactly("Jackson stays in classes named *Json or *Io");
  }

  private static final class JacksonUser {
    @SuppressWarnings("unused")
    private static final String DOCUMENT =
        tools.jackson.databind.json.JsonMapper.shared().writeValueAsString(List.of());
  }
}
