package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.demur.model.config.Architecture;
import org.demur.model.config.Dimensions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingMemoryTest {
  @TempDir private Path folder;

  @Test
  void aPassNeedsWhatEveryBlockKeepsAndLessWhenItIsComputedAgain() {
    try (TinySpeaker tiny = new TinySpeaker(folder)) {
      Architecture architecture = tiny.model.architecture();
      Dimensions sizes = architecture.dimensions();
      long tokens = 1 << 20; // so many that their logits are bounded
      long kept = TrainingMemory.bytes(architecture, 2 * tokens, false);
      long again = TrainingMemory.bytes(architecture, 2 * tokens, true);
      long half = TrainingMemory.bytes(architecture, tokens, false);

      long stream = (long) sizes.nLayers() * 5 * sizes.dModel() * Float.BYTES;
      assertThat(kept - half).isGreaterThan(tokens * stream).isLessThan(half);
      assertThat(again).isLessThan(kept);
      assertThat(TrainingMemory.bytes(architecture, 1, false)).isLessThan(1 << 20);
    }
  }
}
