package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Usage;

/// The directions of each step of a run: computed again every few steps, or kept, or random.
final class DirectionSource {
  private final LanguageModel model;
  private final RefatSettings settings;
  private final RandomStreams streams;
  private final List<Prompt> harmful;
  private final List<Prompt> harmless;
  private final DirectionRefresh refresh;
  private Optional<LayerDirections> current = Optional.empty();
  private Usage spent = Usage.NONE;
  private long spentNanos;

  DirectionSource(Method.Context context, RefatSettings settings) {
    this.model = context.model();
    this.settings = settings;
    this.streams = context.streams();
    this.harmful = context.data().harmfulPrompts();
    this.harmless = context.data().harmless();
    this.refresh = new DirectionRefresh(model, context.workers());
  }

  /// What was computed last, for a checkpoint.
  Optional<LayerDirections> current() {
    return current;
  }

  /// Goes on with the directions of a checkpoint.
  void continueWith(LayerDirections directions) {
    current = Optional.of(directions);
  }

  /// Passes and tokens of the last call of [#at].
  Usage spent() {
    return spent;
  }

  /// Time of the last call of [#at].
  long spentNanos() {
    return spentNanos;
  }

  /// The directions of a step.
  LayerDirections at(int step) {
    Usage before = model.usage();
    long start = System.nanoTime();
    boolean due =
        settings.control() == DirectionControl.RECOMPUTED && step % settings.period() == 0;
    LayerDirections wanted =
        current.isPresent() && !due ? current.get() : made(step / settings.period());
    current = Optional.of(wanted);
    spentNanos = System.nanoTime() - start;
    spent = model.usage().since(before);
    return wanted;
  }

  private LayerDirections made(int refreshes) {
    LayerDirections found =
        refresh.of(
            drawn(harmful, 2L * refreshes),
            drawn(harmless, 2L * refreshes + 1),
            settings.form().hasSubspaces());
    return settings.control() == DirectionControl.RANDOM
        ? refresh.random(found, streams.of(RandomStreams.Purpose.RANDOM_DIRECTIONS, 0))
        : found;
  }

  /// Different prompts, as many as are wanted or there are.
  private List<Prompt> drawn(List<Prompt> pool, long index) {
    int[] order =
        DataOrder.shuffled(pool.size(), streams.of(RandomStreams.Purpose.DIRECTION_PROMPTS, index));
    List<Prompt> drawn = new ArrayList<>();
    for (int i = 0; i < Math.min(settings.promptsPerSide(), order.length); i++) {
      drawn.add(pool.get(order[i]));
    }
    return drawn;
  }
}
