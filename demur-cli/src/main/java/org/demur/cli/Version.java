package org.demur.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/// The version of Demur, from the manifest of its jar.
final class Version implements IVersionProvider {
  private final Environment environment;

  Version(Environment environment) {
    this.environment = environment;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "demur %s (Java %s, %s)"
          .formatted(number(), environment.javaVersion(), environment.platform())
    };
  }

  /// The version number, or `development` when Demur does not run from a jar.
  static String number() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}
