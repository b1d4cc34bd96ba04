package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.demur.tensor.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class R2d2MethodTest {
  private static final int EACH = 2;
  private static final R2d2Settings.Search SEARCH = new R2d2Settings.Search(2, 6, 20, 5);
  private static final R2d2Settings SETTINGS =
      new R2d2Settings(
          3, 2, SEARCH, new R2d2Settings.Reset(3, 0.34), new AdversarialWeights(0.5, 0.5, 1));

  @TempDir private Path folder;

  private static TrainingSettings settings(R2d2Settings method, int steps) {
    return TrainingSettings.plain(steps, EACH, 1e-2).seeded(4).with(method);
  }

  private static Trainer trainer(TinySpeaker tiny, TrainingSettings settings, Path file) {
    return new Trainer(
        new Trainer.Subject(tiny.model, TinyTraining.ADAPTER, "tiny").speaking(tiny.speaker),
        tiny.data(),
        settings,
        new Trainer.Checkpoints(file, 100));
  }

  private static Map<String, float[]> factors(TinySpeaker tiny) {
    Map<String, float[]> factors = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      tiny.model
          .adapters()
          .parameters(TinyTraining.ADAPTER)
          .forEach((name, factor) -> factors.put(name, factor.toFloats()));
    }
    return factors;
  }

  private Map<String, float[]> trained(TrainingSettings settings, Consumer<StepReport> listener) {
    try (TinySpeaker tiny = new TinySpeaker(folder);
        Trainer trainer = trainer(tiny, settings, folder.resolve("whole"))) {
      trainer.run(listener);
      return factors(tiny);
    }
  }

  @Test
  void aRunThatGoesOnFromAnyStepEndsWithTheSameBits() {
    TrainingSettings settings = settings(SETTINGS, 5);
    Map<String, float[]> whole = trained(settings, report -> {});
    for (int stop = 1; stop < 5; stop++) {
      Path file = folder.resolve("stopped-" + stop);
      try (TinySpeaker tiny = new TinySpeaker(folder);
          Trainer trainer = trainer(tiny, settings, file)) {
        for (int step = 0; step < stop; step++) {
          trainer.step();
        }
        trainer.save();
      }
      try (TinySpeaker tiny = new TinySpeaker(folder);
          Trainer trainer = trainer(tiny, settings, file)) {
        assertThat(trainer.resume()).isTrue();
        trainer.run(report -> {});
        factors(tiny)
            .forEach((name, values) -> assertThat(values).as(name).isEqualTo(whole.get(name)));
      }
    }
  }

  @Test
  void rowsAreThoseOfTheCostModelAtTheReducedWidth() {
    List<StepReport> reports = new ArrayList<>();
    trained(settings(SETTINGS, 3), reports::add);
    for (StepReport report : reports) {
      long searches = 2L * SEARCH.steps();
      long candidates = searches * (SEARCH.width() + 1);
      // rows that share their beginning run it once more, as one row
      assertThat(report.refreshUsage().forwardRows()).isBetween(candidates, candidates + searches);
      assertThat(report.refreshUsage().backwardRows()).isEqualTo(searches);
      long trained = 2 * 2 + EACH;
      assertThat(report.usage().forwardRows())
          .isEqualTo(report.refreshUsage().forwardRows() + trained);
      assertThat(report.usage().backwardRows()).isEqualTo(searches + trained);
      assertThat(report.loss().terms())
          .containsOnlyKeys(LossTerm.TOWARD, LossTerm.AWAY, LossTerm.UTILITY, LossTerm.ATTACK);
    }
  }

  @Test
  void suffixesPersistAndSomeBeginAnew() {
    try (TinySpeaker tiny = new TinySpeaker(folder);
        Trainer trainer = trainer(tiny, settings(SETTINGS, 9), folder.resolve("pool"))) {
      Method.Context context =
          new Method.Context(
              new Trainer.Subject(tiny.model, TinyTraining.ADAPTER, "tiny").speaking(tiny.speaker),
              tiny.data(),
              settings(SETTINGS, 9),
              new RandomStreams(4));
      R2d2Method method = new R2d2Method(context, SETTINGS);
      Map<String, ?> start = Map.copyOf(method.state());
      assertThat(start).hasSize(3);
      IntStream.range(0, 3).forEach(method::gradients);
      Map<String, ?> searched = Map.copyOf(method.state());
      assertThat(searched.keySet()).isEqualTo(start.keySet());
      assertThat(Map.<String, Object>copyOf(searched)).isNotEqualTo(start);

      SuffixPool pool = new SuffixPool(context, tiny.speaker, SETTINGS);
      pool.continueWith(method.state());
      assertThat(pool.state()).isEqualTo(method.state());
      IntStream.range(0, pool.size()).forEach(pool::reset);
      assertThat(pool.state()).isEqualTo(start);
      assertThat(trainer.steps()).isZero();
    }
  }

  @Test
  void aPoolThatIsTooSmallIsNamed() {
    R2d2Settings wide = new R2d2Settings(9, 5, SEARCH, SETTINGS.reset(), SETTINGS.weights());
    try (TinySpeaker tiny = new TinySpeaker(folder)) {
      assertThatThrownBy(() -> trainer(tiny, settings(wide, 1), folder.resolve("none")).close())
          .hasMessageContaining("attacks 5 requests in a step, but only 4");
    }
    assertThatThrownBy(() -> new R2d2Settings(1, 2, SEARCH, SETTINGS.reset(), SETTINGS.weights()))
        .hasMessageContaining("2 cases of a step");
  }
}
