package org.demur.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.demur.attacks.BallSettings;
import org.demur.model.LanguageModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every method.
class MethodTest {
  private static final int STEPS = 6;

  @TempDir private Path folder;

  private static Stream<MethodSettings> methods() {
    return Stream.of(
        new RefusalTraining(),
        RefatSettings.BROAD.refreshing(2, 4),
        DeepRefusalSettings.PUBLISHED.ablating(0.6, 0.4),
        CircuitBreakerSettings.PUBLISHED.over(8),
        CatSettings.PUBLISHED.attackedBy(BallSettings.FILLING.stepping(3)),
        CapoSettings.PUBLISHED.attackedBy(BallSettings.FILLING.stepping(2)),
        LatSettings.PUBLISHED.iterating(3, 5e-2));
  }

  private static TrainingSettings settings(MethodSettings method) {
    return TinyTraining.plain(STEPS).with(method);
  }

  private Map<String, float[]> trained(TrainingSettings settings) {
    return TinyTraining.trained(settings, folder, report -> {});
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aRunThatGoesOnFromAnyStepEndsWithTheSameBits(MethodSettings method) {
    List<LossTerms> whole = new ArrayList<>();
    Map<String, float[]> uninterrupted =
        TinyTraining.trained(settings(method), folder, report -> whole.add(report.loss()));
    for (int stop = 1; stop < STEPS; stop++) {
      Path file = folder.resolve("stopped-" + stop);
      try (LanguageModel model = TinyTraining.model();
          Trainer trainer = TinyTraining.trainer(model, settings(method), file, 1)) {
        for (int step = 0; step < stop; step++) {
          trainer.step();
        }
        trainer.save();
        trainer.step();
      }
      try (LanguageModel model = TinyTraining.model();
          Trainer trainer = TinyTraining.trainer(model, settings(method), file, 1)) {
        assertThat(trainer.resume()).isTrue();
        List<LossTerms> rest = new ArrayList<>();
        trainer.run(report -> rest.add(report.loss()));
        assertThat(rest).as("after step %d", stop).isEqualTo(whole.subList(stop, STEPS));
        TinyTraining.factors(model)
            .forEach(
                (name, factor) -> assertThat(factor).as(name).isEqualTo(uninterrupted.get(name)));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("methods")
  void recomputationEditsAndTrainsTheSame(MethodSettings method) {
    Map<String, float[]> kept = trained(settings(method));
    trained(settings(method).inParts(1, true))
        .forEach((name, factor) -> assertThat(factor).as(name).isEqualTo(kept.get(name)));
  }

  @Test
  void everyMethodTrainsAnAdapterOfItsOwn() {
    List<float[]> seen = new ArrayList<>();
    methods()
        .forEach(
            method -> {
              Map<String, float[]> factors = trained(settings(method));
              float[] b =
                  factors.entrySet().stream()
                      .filter(each -> each.getKey().contains("lora_B"))
                      .findFirst()
                      .orElseThrow()
                      .getValue();
              assertThat(b).as(method.toString()).isNotEqualTo(new float[b.length]);
              assertThat(seen).noneMatch(other -> Arrays.equals(other, b));
              seen.add(b);
            });
  }

  @Test
  void everyMethodHasANameThatFindsItAndSettingsInEveryProfile() {
    for (HardeningMethod method : HardeningMethod.values()) {
      assertThat(HardeningMethod.of(method.label())).contains(method);
      assertThat(method.label()).matches("[a-z0-9-]+");
      assertThat(method.description()).isNotBlank();
      for (HardeningProfile profile : HardeningProfile.values()) {
        TrainingSettings settings = profile.settings(method, Optional.of(7), 3);
        assertThat(settings.method().method()).isEqualTo(method);
        assertThat(settings.steps()).isEqualTo(method == HardeningMethod.LAT ? 8 : 7);
        assertThat(settings.configuration()).containsEntry("method", method.label());
      }
    }
    assertThat(HardeningMethod.of("circuit-breakers")).contains(HardeningMethod.CIRCUIT_BREAKERS);
    assertThat(HardeningMethod.of("other")).isEmpty();
  }

  @Test
  void openersAreShortAndAgree() {
    assertThat(AffirmativeOpeners.builtIn())
        .hasSizeGreaterThan(3)
        .doesNotHaveDuplicates()
        .allMatch(text -> text.length() < 60 && text.equals(text.strip()))
        .as("attacks begin so: what is trained on does not")
        .noneMatch(text -> text.startsWith("Sure"));
  }

  @Test
  void whatAMethodCannotDoWithoutIsNamed() {
    TrainingData data = TinyTraining.data();
    TrainingData without = new TrainingData(data.harmful(), data.utility(), List.of());
    try (LanguageModel model = TinyTraining.model()) {
      Trainer.Subject subject = new Trainer.Subject(model, TinyTraining.ADAPTER, "tiny");
      Trainer.Checkpoints nowhere = new Trainer.Checkpoints(folder.resolve("none"), 9);
      assertThatThrownBy(
              () -> new Trainer(subject, without, settings(CatSettings.PUBLISHED), nowhere))
          .hasMessageContaining("cat needs affirmative openers");
      TrainingData bare = new TrainingData(data.harmful(), data.utility(), data.harmless());
      assertThatThrownBy(() -> new Trainer(subject, bare, settings(RefatSettings.BROAD), nowhere))
          .hasMessageContaining("refat needs affirmative openers");
      assertThatThrownBy(
              () -> new Trainer(subject, without, settings(DeepRefusalSettings.PUBLISHED), nowhere))
          .hasMessageContaining("needs harmless prompts");
      assertThatThrownBy(() -> new Trainer(subject, data, settings(R2d2Settings.REDUCED), nowhere))
          .hasMessageContaining("r2d2 searches texts");
      assertThatThrownBy(
              () ->
                  new Trainer(
                      subject, data, settings(LatSettings.PUBLISHED).inParts(3, false), nowhere))
          .hasMessageContaining("lat takes a step in one pass, not in 3 parts");
    }
    assertThatThrownBy(() -> new AdversarialWeights(0, 0, 1)).hasMessageContaining("toward 0.0");
    assertThatThrownBy(() -> DeepRefusalSettings.PUBLISHED.ablating(2, 0))
        .hasMessageContaining("gate 2.0");
    assertThatThrownBy(() -> CircuitBreakerSettings.PUBLISHED.over(0))
        .hasMessageContaining("steps 0");
    assertThatThrownBy(() -> LatSettings.PUBLISHED.iterating(0, 1))
        .hasMessageContaining("iterations 0");
  }
}
