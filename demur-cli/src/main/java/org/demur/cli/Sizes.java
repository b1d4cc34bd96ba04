package org.demur.cli;

import java.util.Locale;

/// Sizes for people.
final class Sizes {
  private static final String[] UNITS = {"bytes", "kB", "MB", "GB", "TB"};
  private static final double STEP = 1000;

  private Sizes() {}

  /// `98.4 MB` for 98,362,432 bytes: powers of 1000, as storage is sold.
  static String ofBytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= STEP && unit < UNITS.length - 1) {
      value /= STEP;
      unit++;
    }
    return unit == 0
        ? bytes + " " + UNITS[0]
        : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  /// `134.5 M` for 134,515,008 things.
  static String ofCount(long count) {
    if (count < 10_000) {
      return Long.toString(count);
    }
    String[] suffixes = {"k", "M", "G", "T"};
    double value = count / STEP;
    int suffix = 0;
    while (value >= STEP && suffix < suffixes.length - 1) {
      value /= STEP;
      suffix++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, suffixes[suffix]);
  }
}
