package org.demur.testkit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/// Every package says that its types are not null unless they say otherwise.
final class PackageMarking {
  /// The rule over any set of classes.
  static final ArchRule RULE =
      classes()
          .should(new BeInMarkedPackage())
          .as("packages are marked with @NullMarked")
          .allowEmptyShould(true);

  private PackageMarking() {}

  private static final class BeInMarkedPackage extends ArchCondition<JavaClass> {
    BeInMarkedPackage() {
      super("be in a package marked with @NullMarked");
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
      boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
      events.add(
          new SimpleConditionEvent(
              type, marked, "package of " + type.getName() + " is not @NullMarked"));
    }
  }
}
