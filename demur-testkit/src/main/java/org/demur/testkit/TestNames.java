package org.demur.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.platform.commons.annotation.Testable;

/// Surefire runs a class only when its name matches its pattern; any other is silently not run.
final class TestNames {
  /// The rule over the test classes of a module.
  static final ArchRule RULE =
      classes()
          .that(
              DescribedPredicate.describe(
                  "hold tests",
                  type ->
                      type.isTopLevelClass()
                          && !type.getModifiers().contains(JavaModifier.ABSTRACT)
                          && holdsTests(type)))
          .should()
          .haveSimpleNameEndingWith("Test")
          .as("test classes have names that surefire runs");

  private TestNames() {}

  private static boolean holdsTests(JavaClass type) {
    return type.getAllMethods().stream()
            .anyMatch(method -> method.isMetaAnnotatedWith(Testable.class))
        || type.getAllFields().stream()
            .anyMatch(field -> field.isMetaAnnotatedWith(Testable.class));
  }
}
