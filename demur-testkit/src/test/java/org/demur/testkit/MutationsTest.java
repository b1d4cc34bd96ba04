package org.demur.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MutationsTest {
  private static final int SEEDS = 2_000;

  @Test
  void theSameSeedDoesTheSameDamage() {
    byte[] source = "the quick brown fox".getBytes(StandardCharsets.UTF_8);
    for (long seed = 0; seed < SEEDS; seed++) {
      assertThat(Mutations.mutate(source, seed)).isEqualTo(Mutations.mutate(source, seed));
      assertThat(Mutations.mutateText("{\"a\": 1}", seed))
          .isEqualTo(Mutations.mutateText("{\"a\": 1}", seed));
    }
  }

  @Test
  void everyResultDiffersFromItsSourceAndTheSourceIsNotTouched() {
    byte[] source = new byte[40];
    byte[] untouched = source.clone();
    for (long seed = 0; seed < SEEDS; seed++) {
      assertThat(Mutations.mutate(source, seed)).isNotEqualTo(source);
      assertThat(Mutations.mutateText("aaaa", seed)).isNotEqualTo("aaaa");
    }
    assertThat(source).isEqualTo(untouched);
  }

  @Test
  void emptySourcesAreFilled() {
    assertThat(Mutations.mutate(new byte[0], 1)).isNotEmpty();
    assertThat(Mutations.mutateText("", 1)).isNotEmpty();
  }

  @Test
  void lengthsShrinkStayAndGrow() {
    Set<Integer> signs = new HashSet<>();
    Set<Integer> textSigns = new HashSet<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      signs.add(Integer.signum(Mutations.mutate(new byte[100], seed).length - 100));
      textSigns.add(Integer.signum(Mutations.mutateText("x".repeat(100), seed).length() - 100));
    }
    assertThat(signs).containsExactlyInAnyOrder(-1, 0, 1);
    assertThat(textSigns).containsExactlyInAnyOrder(-1, 0, 1);
  }

  @Test
  void aLengthFieldMeetsTheValuesThatBreakArithmetic() {
    Set<Long> values = new HashSet<>();
    byte[] source = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(100).array();
    for (long seed = 0; seed < 50_000; seed++) {
      byte[] result = Mutations.mutate(source, seed);
      if (result.length >= Long.BYTES) {
        values.add(ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN).getLong());
      }
    }
    assertThat(values).contains(0L, 1L, -1L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 32, 99L, 101L);
  }
}
