package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.demur.attacks.RefusalAblations;
import org.junit.jupiter.api.Test;

class HardSourcesTest {
  private static final int LAYERS = 30;
  private static final int FIRST = RefusalAblations.firstLayer(LAYERS);
  private static final int LAST = RefusalAblations.lastLayer(LAYERS);
  private static final int DRAWS = 20_000;

  @Test
  void layersAreAlikeBeforeAnythingIsSeen() {
    int[] counts = counts(new HardSources(LAYERS));

    double expected = (double) DRAWS / (LAST - FIRST + 1);
    for (int layer = 0; layer < LAYERS; layer++) {
      if (layer < FIRST || layer > LAST) {
        assertThat(counts[layer]).as("layer %d", layer).isZero();
      } else {
        assertThat(counts[layer])
            .as("layer %d", layer)
            .isBetween((int) (0.8 * expected), (int) (1.2 * expected));
      }
    }
  }

  @Test
  void aLayerThatBreaksTheModelIsDrawnMoreOftenAndNoneIsForgotten() {
    HardSources sources = new HardSources(LAYERS);
    for (int round = 0; round < 10; round++) {
      for (int layer = FIRST; layer <= LAST; layer++) {
        sources.saw(layer, layer == 20 ? 6 : 0.5);
      }
    }

    int[] counts = counts(sources);

    for (int layer = FIRST; layer <= LAST; layer++) {
      assertThat(counts[20]).as("layer %d", layer).isGreaterThanOrEqualTo(counts[layer]);
      assertThat(counts[layer]).as("layer %d", layer).isGreaterThan(DRAWS / (LAST - FIRST + 1) / 3);
    }
    assertThat(counts[20]).isGreaterThan(4 * counts[5]);
    assertThat(counts[21]).as("a neighbour").isGreaterThan(counts[5]);
  }

  @Test
  void whatIsRestoredDrawsTheSame() {
    HardSources sources = new HardSources(LAYERS);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 50; i++) {
      sources.saw(sources.drawn(random), 5 * random.nextDouble());
    }
    HardSources restored = new HardSources(LAYERS);
    restored.continueWith(sources.state());

    assertThat(restored.state()).isEqualTo(sources.state());
    assertThat(counts(restored)).isEqualTo(counts(sources));
    sources.saw(12, 3.3);
    restored.saw(12, 3.3);
    assertThat(restored.state()).isEqualTo(sources.state());
  }

  @Test
  void theFirstLayerThatIsSeenDoesNotLookHardForBeingSeen() {
    HardSources sources = new HardSources(LAYERS);
    sources.saw(10, 3);

    int[] counts = counts(sources);

    double expected = (double) DRAWS / (LAST - FIRST + 1);
    for (int layer = FIRST; layer <= LAST; layer++) {
      assertThat(counts[layer])
          .as("layer %d", layer)
          .isBetween((int) (0.8 * expected), (int) (1.2 * expected));
    }
  }

  @Test
  void aRunawayRowWeighsNoMoreThanALostRefusal() {
    HardSources wild = new HardSources(LAYERS);
    HardSources lost = new HardSources(LAYERS);
    wild.saw(10, 1e6);
    lost.saw(10, 10);
    assertThat(wild.state()).isEqualTo(lost.state());
  }

  private static int[] counts(HardSources sources) {
    int[] counts = new int[LAYERS];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < DRAWS; i++) {
      counts[sources.drawn(random)]++;
    }
    return counts;
  }
}
