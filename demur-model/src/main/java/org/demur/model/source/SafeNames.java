package org.demur.model.source;

import java.nio.file.Path;

/// Decides which file names from a server, a package or a manifest may become paths here.
///
/// Only plain ASCII names are accepted, because that is what model repositories use and because
/// every other rule has an exception on some file system.
final class SafeNames {
  private static final int MAX_LENGTH = 400;
  private static final int MAX_SEGMENT = 200;

  private SafeNames() {}

  /// Whether the name is relative, stays below its folder, and has only letters, digits and `._+-`
  /// in its `/`-separated parts; parts neither begin nor end with a dot.
  static boolean isSafe(String name) {
    if (name.isEmpty() || name.length() > MAX_LENGTH) {
      return false;
    }
    for (String segment : name.split("/", -1)) {
      if (!isSafeSegment(segment)) {
        return false;
      }
    }
    return true;
  }

  /// Whether one part of a name is safe.
  static boolean isSafeSegment(String segment) {
    return !segment.isEmpty()
        && segment.length() <= MAX_SEGMENT
        && segment.charAt(0) != '.'
        && segment.charAt(segment.length() - 1) != '.'
        && segment.chars().allMatch(SafeNames::isPlain);
  }

  /// The path of a safe name below `folder`.
  ///
  /// @throws IllegalArgumentException when the name is not safe; callers check what they did not
  ///   make
  static Path below(Path folder, String name) {
    if (!isSafe(name)) {
      throw new IllegalArgumentException("not a safe file name: " + name);
    }
    return folder.resolve(name);
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-'
        || c == '+';
  }
}
