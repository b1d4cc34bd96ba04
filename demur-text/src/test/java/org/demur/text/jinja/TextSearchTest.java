package org.demur.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TextSearchTest {
  private static Budget budget() {
    return new Budget(new Bounds(1_000_000_000, 10_000_000, 100, 1_000_000_000));
  }

  @Test
  void findsWhatThePlainSearchFinds() {
    SplittableRandom random = new SplittableRandom(7);
    Budget budget = budget();
    for (int round = 0; round < 5_000; round++) {
      String text = letters(random, random.nextInt(200));
      String part =
          random.nextBoolean() || text.isEmpty()
              ? letters(random, random.nextInt(40))
              : text.substring(random.nextInt(text.length()));
      int from = random.nextInt(text.length() + 1);
      assertThat(TextSearch.indexOf(budget, text, part, from))
          .as("%s in %s from %d", part, text, from)
          .isEqualTo(text.indexOf(part, from));
      assertThat(TextSearch.lastIndexOf(budget, text, part, from))
          .as("last %s in %s up to %d", part, text, from)
          .isEqualTo(text.substring(0, from).lastIndexOf(part));
    }
  }

  @Test
  void aSearchThatIsQuadraticElsewhereIsLinearHere() {
    String text = "a".repeat(1_000_000);
    String part = "a".repeat(500_000) + "b";
    Budget steps = new Budget(new Bounds(100_000, 10_000_000, 100, 100_000_000));
    assertThat(TextSearch.indexOf(steps, text, part, 0)).isEqualTo(-1);
  }

  private static String letters(SplittableRandom random, int length) {
    return random
        .ints(length, 'a', 'c')
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
