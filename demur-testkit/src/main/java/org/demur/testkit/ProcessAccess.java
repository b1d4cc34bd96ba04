package org.demur.testkit;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What classes do to the process around them, and which foreign types they show.
final class ProcessAccess {
  private static final Map<String, Set<String>> FORBIDDEN =
      Map.of(
          "java.lang.System",
              Set.of("out", "err", "in", "exit", "getenv", "getProperty", "getProperties"),
          "java.lang.Runtime", Set.of("exit", "halt"),
          "java.lang.Boolean", Set.of("getBoolean"),
          "java.lang.Integer", Set.of("getInteger"),
          "java.lang.Long", Set.of("getLong"),
          "java.lang.Throwable", Set.of("printStackTrace"));

  /// Classes whose top-level class is named *Json or *Io.
  static final DescribedPredicate<JavaClass> JSON_OR_IO =
      DescribedPredicate.describe(
          "are named *Json or *Io", type -> outermost(type).getSimpleName().matches(".*(Json|Io)"));

  /// Prints, exits, or reads environment variables or system properties.
  static final ArchCondition<JavaClass> TOUCH_THE_PROCESS =
      new ArchCondition<>("touch the process") {
        @Override
        public void check(JavaClass type, ConditionEvents events) {
          for (JavaAccess<?> access : type.getAccessesFromSelf()) {
            Set<String> names = FORBIDDEN.getOrDefault(access.getTargetOwner().getName(), Set.of());
            if (names.contains(access.getTarget().getName())) {
              events.add(SimpleConditionEvent.satisfied(access, access.getDescription()));
            }
          }
        }
      };

  /// Public methods take and return neither native objects nor Jackson nodes.
  static final ArchCondition<JavaClass> HIDE_FOREIGN_TYPES =
      new ArchCondition<>("hide foreign types") {
        @Override
        public void check(JavaClass type, ConditionEvents events) {
          type.getMethods().stream()
              .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
              .filter(ProcessAccess::showsForeignType)
              .forEach(
                  method ->
                      events.add(SimpleConditionEvent.violated(method, method.getFullName())));
        }
      };

  private ProcessAccess() {}

  private static boolean showsForeignType(JavaMethod method) {
    return Stream.concat(
            method.getRawParameterTypes().stream(), Stream.of(method.getRawReturnType()))
        .map(JavaClass::getPackageName)
        .anyMatch(name -> name.startsWith("org.bytedeco.") || name.startsWith("tools.jackson."));
  }

  private static JavaClass outermost(JavaClass type) {
    return type.getEnclosingClass().map(ProcessAccess::outermost).orElse(type);
  }
}
