package org.demur.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/// Finds the reference outputs that lie beside a checkout, not in it.
///
/// A user's clone does not have them: there a test that asks for them is skipped, loudly. Where the
/// variable `CI` is `true` a missing folder fails the test, so that no check is lost unnoticed.
public final class SharedFixtures {
  private SharedFixtures() {}

  /// The root of the repository that is being tested.
  public static Path repositoryRoot() {
    return Path.of(System.getProperty("demur.root", "..")).toAbsolutePath().normalize();
  }

  /// A path below the folder of reference outputs; skips the test, or fails it in CI, when missing.
  public static Path require(String relative) {
    Path path = repositoryRoot().resolveSibling("shared").resolve(relative);
    if (!Files.exists(path)) {
      String message =
          "reference outputs missing: %s is not there, so this test checks nothing".formatted(path);
      if ("true".equals(System.getenv("CI"))) {
        Assertions.fail(message);
      }
      System.err.println("SKIPPED: " + message);
      Assumptions.abort(message);
    }
    return path;
  }
}
