package org.demur.testkit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// The rules that keep the modules apart, as tests for each module and for all of them together.
public final class ArchitectureRules {
  private ArchitectureRules() {}

  /// Tests of one module's own classes, main and test; the working folder is the module's.
  ///
  /// @param module name of the module's root package below `org.demur`
  /// @param mayUse the other modules that its main classes may use
  public static Stream<DynamicTest> ofModule(String module, String... mayUse) {
    JavaClasses main = mainClasses();
    JavaClasses test = classesBelow(Path.of("target", "test-classes"));
    List<DynamicTest> tests = new ArrayList<>();
    tests.add(test(usesOnly(module, mayUse), main));
    confinements().forEach(rule -> tests.add(test(rule, main)));
    tests.add(test(noPackageCycles(), main));
    tests.add(test(PackageMarking.RULE, main));
    tests.add(test(PackageMarking.RULE.as("test packages are marked with @NullMarked"), test));
    tests.add(test(TestNames.RULE, test));
    return tests.stream();
  }

  /// The main classes of one module, whose folder is the working folder: what the rules look at. A
  /// rule over no classes could not fail.
  public static JavaClasses mainClasses() {
    return classesBelow(Path.of("target", "classes"));
  }

  /// Tests of the main classes of all modules on the class path.
  public static Stream<DynamicTest> ofAllModules() {
    JavaClasses all =
        new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("org.demur")
            .that(DescribedPredicate.not(resideInAnyPackage("org.demur.testkit..")));
    List<DynamicTest> tests = new ArrayList<>();
    confinements().forEach(rule -> tests.add(test(rule, all)));
    tests.add(test(noPackageCycles(), all));
    tests.add(
        test(
            slices().matching("org.demur.(*)..").should().beFreeOfCycles().as("no module cycles"),
            all));
    tests.add(test(PackageMarking.RULE, all));
    return tests.stream();
  }

  /// Classes of a module use no other module than the named ones.
  static ArchRule usesOnly(String module, String... mayUse) {
    List<String> packages = new ArrayList<>(List.of("org.demur." + module + ".."));
    Stream.of(mayUse).map(other -> "org.demur." + other + "..").forEach(packages::add);
    DescribedPredicate<JavaClass> foreign =
        resideInAnyPackage("org.demur..")
            .and(DescribedPredicate.not(resideInAnyPackage(packages.toArray(String[]::new))));
    return noClasses()
        .should()
        .dependOnClassesThat(foreign)
        .as("the %s module uses only itself and %s".formatted(module, List.of(mayUse)))
        .allowEmptyShould(true);
  }

  static List<ArchRule> confinements() {
    return List.of(
        confine("native tensors", "org.demur.tensor..", "org.bytedeco.."),
        confine("DJL", "org.demur.text..", "ai.djl.."),
        confine("statistics", "org.demur.stats..", "org.hipparchus.."),
        confine("databases", "org.demur.data..", "org.duckdb..", "java.sql.."),
        confine("linear classifiers", "org.demur.eval..", "de.bwaldvogel.."),
        confine("HTTP", "org.demur.model.source..", "java.net.http.."),
        confine(
            "terminal libraries", "org.demur.cli..", "picocli..", "org.jline..", "me.tongfei.."),
        confine("java.util.logging", "nowhere", "java.util.logging.."),
        noClasses()
            .that(DescribedPredicate.not(ProcessAccess.JSON_OR_IO))
            .should()
            .dependOnClassesThat(resideInAnyPackage("tools.jackson..", "com.fasterxml.."))
            .as("Jackson stays in classes named *Json or *Io")
            .allowEmptyShould(true),
        noClasses()
            .that()
            .resideOutsideOfPackage("org.demur.cli..")
            .should(ProcessAccess.TOUCH_THE_PROCESS)
            .as("only the command line prints, exits, or reads variables and properties")
            .allowEmptyShould(true),
        classes()
            .that()
            .arePublic()
            .should(ProcessAccess.HIDE_FOREIGN_TYPES)
            .as("public methods show neither native objects nor Jackson nodes")
            .allowEmptyShould(true));
  }

  private static ArchRule confine(String what, String home, String... packages) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(home)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(packages)
        .as(what + " stays in " + home)
        .allowEmptyShould(true);
  }

  private static ArchRule noPackageCycles() {
    SliceAssignment byPackage =
        new SliceAssignment() {
          @Override
          public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
          }

          @Override
          public String getDescription() {
            return "packages";
          }
        };
    return slices()
        .assignedFrom(byPackage)
        .should()
        .beFreeOfCycles()
        .as("no package cycles")
        .allowEmptyShould(true);
  }

  private static JavaClasses classesBelow(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalStateException("no compiled classes in " + folder.toAbsolutePath());
    }
    return new ClassFileImporter().importPath(folder);
  }

  private static DynamicTest test(ArchRule rule, JavaClasses classes) {
    return DynamicTest.dynamicTest(rule.getDescription(), () -> rule.check(classes));
  }
}
