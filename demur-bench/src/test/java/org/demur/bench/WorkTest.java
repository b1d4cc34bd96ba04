package org.demur.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.demur.model.ModelFiles;
import org.demur.model.config.Architecture;
import org.demur.tensor.DType;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;

final class WorkTest {
  // The tiny llama: 2 blocks, dModel 32, 4 heads and 2 key heads of width 8, MLP 48, vocabulary 96.
  private static final double BLOCK = 32 * 32 + 2 * 16 * 32 + 32 * 32 + 3 * 48 * 32;
  private static final double HEAD = 96 * 32;

  private final Architecture llama = architecture("llama");

  private static Architecture architecture(String name) {
    try (ModelFiles files =
        ModelFiles.open(SharedFixtures.repositoryRoot().resolve("golden/models/" + name))) {
      return files.architecture();
    }
  }

  @Test
  void aPassMultipliesEveryTokenWithEveryMatrix() {
    Work work = Work.ofPass(llama, DType.FLOAT32, List.of(1, 1, 1), 2, 0);

    // each token sees one key: scores and sums are 4 heads x width 8, two operations each
    assertThat(work.flops()).isEqualTo(2 * (2 * BLOCK * 3 + 2 * 2 * 4 * 8 * 3));
    assertThat(work.bytes()).isEqualTo(2 * BLOCK * Float.BYTES);
  }

  @Test
  void attentionCountsTheKeysThatATokenSees() {
    double one = Work.ofPass(llama, DType.FLOAT32, List.of(1), 1, 0).flops();
    double four = Work.ofPass(llama, DType.FLOAT32, List.of(4), 1, 0).flops();

    assertThat(four - 4 * one).isEqualTo(2 * 2 * 4 * 8 * (1 + 2 + 3 + 4 - 4.0));
  }

  @Test
  void theHeadIsCountedForItsTokensOnly() {
    double without = Work.ofPass(llama, DType.BFLOAT16, List.of(5), 2, 0).flops();
    Work with = Work.ofPass(llama, DType.BFLOAT16, List.of(5), 2, 3);

    assertThat(with.flops() - without).isEqualTo(2 * HEAD * 3);
    assertThat(with.bytes()).isEqualTo(2 * (2 * BLOCK + HEAD));
  }

  @Test
  void stoppingHalfwayIsHalfOfTheBlocks() {
    Work all = Work.ofPass(llama, DType.FLOAT32, List.of(7, 9), 2, 0);
    Work half = Work.ofPass(llama, DType.FLOAT32, List.of(7, 9), 1, 0);

    assertThat(half.flops()).isEqualTo(all.flops() / 2);
    assertThat(half.bytes()).isEqualTo(all.bytes() / 2);
  }

  @Test
  void aReadingNeedsOnlyKeysAndValuesOfOtherTokensInItsLastBlock() {
    Work all = Work.ofPass(llama, DType.FLOAT32, List.of(7, 9), 2, 0);
    Work first = Work.ofPass(llama, DType.FLOAT32, List.of(7, 9), 1, 0);
    Work reading = Work.ofReading(llama, DType.FLOAT32, List.of(7, 9), 2, 0);

    double keys = 2 * 16 * 32;
    double products = 2 * (keys * (7 + 9) + (BLOCK - keys) * 2);
    double attention = 2 * 2 * 4 * 8 * (7 + 9.0);
    assertThat(reading.flops() - first.flops()).isEqualTo(products + attention);
    assertThat(reading.bytes()).isEqualTo(all.bytes());
    assertThat(Work.ofReading(llama, DType.FLOAT32, List.of(1, 1), 2, 2))
        .isEqualTo(Work.ofPass(llama, DType.FLOAT32, List.of(1, 1), 2, 2));
  }

  @Test
  void everyDecodedTokenReadsAllWeightsAndTheCache() {
    Work one = Work.ofDecoding(llama, DType.FLOAT32, 3, 10, 1);
    Work three = Work.ofDecoding(llama, DType.FLOAT32, 3, 10, 3);

    double weights = Float.BYTES * (2 * BLOCK + HEAD);
    double cache = Float.BYTES * 2.0 * 2 * 8 * 2 * 3 * (10 + 11);
    assertThat(one.bytes()).isEqualTo(weights);
    assertThat(three.bytes()).isEqualTo(3 * weights + cache);
  }

  @Test
  void aMixtureReadsTheExpertsThatItUses() {
    Architecture mixtral = architecture("mixtral");
    Work one = Work.ofPass(mixtral, DType.FLOAT32, List.of(1), 1, 0);
    Work many = Work.ofPass(mixtral, DType.FLOAT32, Collections.nCopies(64, 1), 1, 0);

    assertThat(many.flops()).isCloseTo(64 * one.flops(), Offset.offset(1.0));
    assertThat(many.bytes()).isGreaterThan(one.bytes());
  }

  @Test
  void theLimitIsTheSlowerOfArithmeticAndReading() {
    MachinePeaks peaks = new MachinePeaks(DType.FLOAT32, 100, 10);

    assertThat(new Work(200, 10).leastSeconds(peaks)).isEqualTo(2);
    assertThat(new Work(200, 10).boundByMemory(peaks)).isFalse();
    assertThat(new Work(200, 50).leastSeconds(peaks)).isEqualTo(5);
    assertThat(new Work(200, 50).boundByMemory(peaks)).isTrue();
  }

  @Test
  void theEstimateOfMemoryHoldsTheWeights() {
    long weights = MemoryNeed.ofWeights(llama, DType.BFLOAT16);
    long all =
        MemoryNeed.of(
            llama, DType.BFLOAT16, List.of(BenchRequest.of(BenchCase.EXTRACT_LOGITS, 8, 64)));

    assertThat(weights).isEqualTo(2 * (long) (2 * BLOCK + HEAD + 5 * 32));
    assertThat(all).isGreaterThan(weights + 8L * 64 * 96 * Float.BYTES);
  }
}
