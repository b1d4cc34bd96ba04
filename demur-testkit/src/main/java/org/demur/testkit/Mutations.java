package org.demur.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// Damages files and texts in ways that find careless readers; the same seed does the same damage.
///
/// A result always differs from its source. Half of all places lie in the first quarter, where
/// formats keep their counts and lengths.
public final class Mutations {
  private static final int MOST_STEPS = 4;
  private static final int LONGEST_RANGE = 64;
  private static final int[] EDGE_BYTES = {0, 1, 0x20, 0x7F, 0x80, 0xFE, 0xFF};
  private static final List<String> FRAGMENTS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "\"",
          "'",
          "\\",
          ",",
          ":",
          "(",
          ")",
          "|",
          "~",
          "-",
          ".",
          "\n",
          " ",
          "{{",
          "}}",
          "{%",
          "%}",
          "{#",
          "#}",
          "{%-",
          "-%}",
          " if ",
          " else ",
          " endif ",
          " for ",
          " endfor ",
          " in ",
          " is ",
          " not ",
          " set ",
          " macro ",
          "loop.index0",
          "messages",
          "null",
          "true",
          "none",
          "0",
          "-1",
          "1e308",
          "1e999",
          "NaN",
          "0.1",
          "2147483648",
          "4294967296",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775809",
          "99999999999999999999999999",
          "range(1000000000)",
          "'x' * 1000000000",
          "__class__",
          "\\u0000",
          "\\ud800",
          "\u0000",
          "\u007F",
          "\uFEFF",
          "\uFFFD",
          "\u2028",
          "\uD83D\uDE00",
          "\uD800",
          "../",
          "</s>",
          "[[[[[[[[",
          "{{{{{{{{",
          "((((((((");

  private Mutations() {}

  /// Damages bytes: flipped bits, edge bytes, cut ends, inserted, deleted or repeated ranges, and
  /// little-endian integers of 4 or 8 bytes set to values that break arithmetic.
  public static byte[] mutate(byte[] source, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] result = source.clone();
    for (int left = steps(random); left > 0 || Arrays.equals(result, source); left--) {
      result = step(result, random);
    }
    return result;
  }

  private static byte[] step(byte[] bytes, SplittableRandom random) {
    if (bytes.length == 0) {
      return insert(bytes, 0, randomBytes(random));
    }
    int at = place(bytes.length, random);
    int range = range(bytes.length - at, random);
    return switch (random.nextInt(12)) {
      case 0, 1 -> set(bytes, at, bytes[at] ^ (1 << random.nextInt(8)));
      case 2 -> set(bytes, at, EDGE_BYTES[random.nextInt(EDGE_BYTES.length)]);
      case 3 -> set(bytes, at, random.nextInt(256));
      case 4 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 5 -> insert(bytes, at, randomBytes(random));
      case 6 -> insert(bytes, at, Arrays.copyOfRange(bytes, at, at + range));
      case 7 -> delete(bytes, at, range);
      case 8, 9 -> integer(bytes, at, Integer.BYTES, random);
      default -> integer(bytes, at, Long.BYTES, random);
    };
  }

  private static byte[] set(byte[] bytes, int at, int value) {
    byte[] result = bytes.clone();
    result[at] = (byte) value;
    return result;
  }

  private static byte[] insert(byte[] bytes, int at, byte[] inserted) {
    byte[] result = Arrays.copyOf(bytes, bytes.length + inserted.length);
    System.arraycopy(inserted, 0, result, at, inserted.length);
    System.arraycopy(bytes, at, result, at + inserted.length, bytes.length - at);
    return result;
  }

  private static byte[] delete(byte[] bytes, int at, int count) {
    byte[] result = Arrays.copyOf(bytes, bytes.length - count);
    System.arraycopy(bytes, at + count, result, at, result.length - at);
    return result;
  }

  private static byte[] integer(byte[] bytes, int at, int width, SplittableRandom random) {
    byte[] result = bytes.clone();
    long value = edge(read(bytes, at, width), bytes.length, random);
    for (int i = 0; i < width && at + i < result.length; i++) {
      result[at + i] = (byte) (value >>> (8 * i));
    }
    return result;
  }

  private static long read(byte[] bytes, int at, int width) {
    long value = 0;
    for (int i = 0; i < width && at + i < bytes.length; i++) {
      value |= (bytes[at + i] & 0xFFL) << (8 * i);
    }
    return value;
  }

  private static long edge(long present, int length, SplittableRandom random) {
    return switch (random.nextInt(14)) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> -1;
      case 3 -> Long.MAX_VALUE - random.nextInt(9);
      case 4 -> Long.MIN_VALUE + random.nextInt(9);
      case 5 -> Integer.MAX_VALUE - random.nextInt(9);
      case 6 -> 1L << random.nextInt(64);
      case 7 -> (1L << random.nextInt(64)) - 1;
      case 8 -> length + random.nextInt(-9, 10);
      case 9 -> length / (1 + random.nextInt(16));
      case 10 -> present + 1;
      case 11 -> present - 1;
      case 12 -> -present;
      default -> random.nextInt(256);
    };
  }

  /// Damages a text: deleted, repeated, swapped or cut ranges, changed characters, and inserted
  /// fragments of JSON and of templates, some of them many times.
  public static String mutateText(String source, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String result = source;
    for (int left = steps(random); left > 0 || result.equals(source); left--) {
      result = step(result, random);
    }
    return result;
  }

  private static String step(String text, SplittableRandom random) {
    if (text.isEmpty()) {
      return fragment(random);
    }
    int at = place(text.length(), random);
    int end = at + range(text.length() - at, random);
    String head = text.substring(0, at);
    return switch (random.nextInt(10)) {
      case 0 -> head + text.substring(end);
      case 1 -> head;
      case 2 -> text.substring(0, end) + text.substring(at);
      case 3 -> head + (char) random.nextInt(0x80) + text.substring(at + 1);
      case 4 -> head + text.substring(end) + text.substring(at, end);
      case 5 -> head + fragment(random).repeat(1 << random.nextInt(12)) + text.substring(at);
      case 6 -> head + fragment(random) + text.substring(end);
      case 7 -> head + text.charAt(at) + text.substring(at);
      default -> head + fragment(random) + text.substring(at);
    };
  }

  private static int steps(SplittableRandom random) {
    return random.nextBoolean() ? 1 : 1 + random.nextInt(MOST_STEPS);
  }

  private static int place(int length, SplittableRandom random) {
    return random.nextInt(random.nextBoolean() ? length : Math.max(1, length / 4));
  }

  private static int range(int available, SplittableRandom random) {
    return 1 + random.nextInt(Math.min(available, LONGEST_RANGE));
  }

  private static byte[] randomBytes(SplittableRandom random) {
    byte[] bytes = new byte[1 + random.nextInt(LONGEST_RANGE)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String fragment(SplittableRandom random) {
    return FRAGMENTS.get(random.nextInt(FRAGMENTS.size()));
  }
}
