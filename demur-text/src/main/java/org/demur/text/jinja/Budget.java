package org.demur.text.jinja;

/// Counts what a rendering uses and stops it when a bound is exceeded.
///
/// Every operation whose cost depends on sizes pays for them before it works, so that no single
/// operation can run or allocate without limit.
final class Budget {
  /// What one slot of a list costs, in characters: a reference and the small object behind it.
  private static final int SLOT = 32;

  private static final int CHARS_PER_STEP = 64;
  private static final int TEXT_OVERHEAD = 24;

  private final Bounds bounds;
  private long steps;
  private long allocated;
  private int depth;

  Budget(Bounds bounds) {
    this.bounds = bounds;
  }

  void step() {
    steps(1);
  }

  void steps(long count) {
    steps += count;
    if (steps > bounds.steps() || steps < 0) {
      throw JinjaException.limit(
          "the template needs more than %,d steps (an endless loop?)".formatted(bounds.steps()));
    }
  }

  /// Pays for reading `chars` characters without making a new text.
  void scan(long chars) {
    steps(1 + chars / CHARS_PER_STEP);
  }

  /// Pays for a new text of `chars` characters, before it is made.
  void text(long chars) {
    checkLength(chars);
    scan(chars);
    allocate(chars + TEXT_OVERHEAD);
  }

  /// Refuses a text that is longer than any text may be.
  void checkLength(long chars) {
    if (chars > bounds.textChars() || chars < 0) {
      throw JinjaException.limit(
          "the template makes a text of more than %,d characters".formatted(bounds.textChars()));
    }
  }

  /// Pays for a new container with `count` slots, before it is made.
  void slots(long count) {
    steps(1 + count / CHARS_PER_STEP);
    allocate((count + 2) * SLOT);
  }

  private void allocate(long chars) {
    allocated += chars;
    if (allocated > bounds.allocation() || allocated < 0) {
      throw JinjaException.limit(
          "the template makes more than %,d characters of texts and lists on the way"
              .formatted(bounds.allocation()));
    }
  }

  /// Goes one level deeper; every call is followed by [#exit()] in a `finally`.
  void enter() {
    depth++;
    if (depth > bounds.depth()) {
      depth--;
      throw JinjaException.recursion(
          "the template nests calls, blocks or values deeper than %,d levels"
              .formatted(bounds.depth()));
    }
  }

  void exit() {
    depth--;
  }
}
