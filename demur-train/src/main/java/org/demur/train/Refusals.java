package org.demur.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Refusals to train with.
public final class Refusals {
  private static final String RESOURCE = "refusals.txt";

  private Refusals() {}

  /// The refusals that come with Demur, written for it and in the public domain (CC0).
  public static List<String> builtIn() {
    try (InputStream in = Refusals.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + RESOURCE + " is missing from the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
