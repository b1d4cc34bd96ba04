package org.demur.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.junit.jupiter.api.Test;

class MutationRunTest {
  private final int cases = Integer.getInteger("demur.mutations", 10);
  private final long firstSeed = Long.getLong("demur.mutations.seed", 1L);

  @Test
  void seedsFollowEachOtherAndOutcomesAreCounted() {
    List<Long> seeds = new ArrayList<>();
    MutationRun.Outcome outcome =
        new MutationRun("counting", 10)
            .run(
                seed -> {
                  seeds.add(seed);
                  if (seed % 2 == 0) {
                    throw new DemurException(ErrorCode.FILE_FORMAT, "refused");
                  }
                });
    assertThat(seeds).hasSize(cases).startsWith(firstSeed);
    assertThat(outcome.accepted() + outcome.refused()).isEqualTo(cases);
    assertThat(outcome.refused())
        .isEqualTo((int) seeds.stream().filter(seed -> seed % 2 == 0).count());
  }

  @Test
  void anyOtherExceptionFailsWithTheSeed() {
    MutationRun run = new MutationRun("careless", 10);
    assertThatThrownBy(
            () ->
                run.run(
                    seed -> {
                      throw new IndexOutOfBoundsException("index 7");
                    }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("careless, seed " + firstSeed + ":")
        .hasMessageContaining("index 7")
        .hasMessageContaining("-Ddemur.mutations.seed=" + firstSeed);
  }

  @Test
  void anOverflowingStackFails() {
    assertThatThrownBy(() -> new MutationRun("deep", 1).run(MutationRunTest::recurse))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("StackOverflowError");
  }

  @SuppressWarnings("InfiniteRecursion") // that is what is tested
  private static void recurse(long depth) {
    recurse(depth + 1);
  }

  @Test
  void anErrorWithoutMessageFails() {
    assertThatThrownBy(
            () ->
                new MutationRun("mute", 1)
                    .run(
                        seed -> {
                          throw new DemurException(ErrorCode.FILE_FORMAT, " ");
                        }))
        .hasMessageContaining("no message");
  }

  @Test
  void aCaseThatHangsFailsWithItsStack() {
    MutationRun run = new MutationRun("hanging", 1).within(Duration.ofMillis(200));
    assertThatThrownBy(() -> run.run(seed -> Thread.sleep(Duration.ofMinutes(1))))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("took more than PT0.2S")
        .hasMessageContaining("Thread.sleep");
  }

  @Test
  void aCaseThatAllocatesTooMuchFails() {
    List<byte[]> kept = new ArrayList<>();
    MutationRun run = new MutationRun("greedy", 1).allocatingAtMost(1 << 20);
    assertThatThrownBy(() -> run.run(seed -> kept.add(new byte[2 << 20])))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("more than " + (1 << 20));
  }
}
