package org.demur.testkit.planted;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/// Breaks the rules on purpose: prints, reads a property, holds a test under a name that is not
/// run, and lives in a package that is not marked.
@Tag("planted")
public class Chatterbox {
  /// Says which user runs it.
  public String chat() {
    String user = System.getProperty("user.name");
    System.out.println(user);
    return user;
  }

  /// Looks like a test.
  @TestFactory
  public Object nothing() {
    return java.util.List.of();
  }
}
