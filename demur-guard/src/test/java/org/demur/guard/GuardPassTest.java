package org.demur.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.directions.EncodedPrompts;
import org.demur.directions.ModelFingerprint;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardPassTest {
  private static final ModelFingerprint MODEL =
      new ModelFingerprint("a".repeat(64), Optional.empty(), Optional.empty(), 32, 2);

  @TempDir private Path folder;

  private static LanguageModel model() {
    Path files = SharedFixtures.repositoryRoot().resolve("golden/models/llama");
    return LanguageModel.load(files, DType.FLOAT32, Device.CPU);
  }

  private static EncodedPrompts prompts(int perLabel, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<LabelledPrompt> prompts = new ArrayList<>();
    List<Prompt> tokens = new ArrayList<>();
    for (int i = 0; i < perLabel; i++) {
      for (Label label : Label.values()) {
        int[] ids = random.ints(4 + i % 2, 3, 96).toArray();
        ids[ids.length - 1] = label == Label.HARMFUL ? 10 : 20;
        tokens.add(Prompt.of(ids, ids.length - 1));
        prompts.add(
            new LabelledPrompt(
                i + "/" + label.id(),
                "text",
                label,
                Optional.of("fraud"),
                Optional.empty(),
                Split.TRAIN));
      }
    }
    return new EncodedPrompts(PromptSet.of("tiny", prompts), tokens, List.of("end"));
  }

  @Test
  void aGuardFittedOnPromptsTellsOthersApartAndKeepsTheirOrder() {
    try (LanguageModel model = model()) {
      GuardPass pass = new GuardPass(model, MODEL);
      CentroidSet centroids = pass.centroids(prompts(6, 1), done -> {});
      LatentGuard guard = new LatentGuard(centroids, GuardSettings.PUBLISHED);
      EncodedPrompts test = prompts(5, 2);
      List<ScoredPrompt> scored = pass.score(guard, test, done -> {});

      assertThat(centroids.positive().count()).isEqualTo(6);
      assertThat(centroids.categories().get("fraud")).isNotNull();
      assertThat(scored).extracting(ScoredPrompt::prompt).isEqualTo(test.set().prompts());
      assertThat(mean(scored, true)).isGreaterThan(mean(scored, false));
      for (int i = 0; i < test.size(); i++) {
        double alone =
            pass.score(guard, List.of(test.tokens().get(i)), done -> {}).getFirst().score();
        assertThat(scored.get(i).score().score()).isCloseTo(alone, within(1e-5));
      }
    }
  }

  @Test
  void foldsScoreEachPromptWithTheOthersAndShuffledLabelsTellNothingApart() {
    try (LanguageModel model = model()) {
      GuardPass pass = new GuardPass(model, MODEL);
      EncodedPrompts all = prompts(10, 3);
      int[] calls = {0};
      GuardFolds.Scored found =
          pass.folds(all, 5, 7).run(GuardSettings.PUBLISHED, done -> calls[0] = done);

      assertThat(calls[0]).isEqualTo(2 * all.size());
      assertThat(mean(found.scored(), true)).isGreaterThan(mean(found.scored(), false));
      for (int fold = 0; fold < 5; fold++) {
        int wanted = fold;
        List<Integer> held =
            IntStream.range(0, all.size()).filter(i -> found.folds()[i] == wanted).boxed().toList();
        assertThat(held).hasSize(4);
        assertThat(held).filteredOn(i -> all.source(i).label() == Label.HARMFUL).hasSize(2);
        EncodedPrompts rest = without(all, held);
        LatentGuard guard =
            new LatentGuard(pass.centroids(rest, done -> {}), GuardSettings.PUBLISHED);
        List<ScoredPrompt> direct = pass.score(guard, all, done -> {});
        for (int i : held) {
          assertThat(found.scored().get(i).score().score())
              .isCloseTo(direct.get(i).score().score(), within(1e-6));
        }
      }
      assertThat(IntStream.range(0, all.size()).filter(i -> found.shuffledPositive()[i]).count())
          .isEqualTo(10);
    }
  }

  @Test
  void moreFoldsThanPromptsAreRefused() {
    try (LanguageModel model = model()) {
      GuardPass pass = new GuardPass(model, MODEL);
      assertThatThrownBy(() -> pass.folds(prompts(3, 1), 4, 0))
          .hasMessageContaining("4 folds of 3 harmful prompts");
    }
  }

  private static EncodedPrompts without(EncodedPrompts all, List<Integer> held) {
    List<Integer> kept =
        IntStream.range(0, all.size()).filter(i -> !held.contains(i)).boxed().toList();
    return new EncodedPrompts(
        PromptSet.of("rest", kept.stream().map(all::source).toList()),
        kept.stream().map(all.tokens()::get).toList(),
        all.postInstruction());
  }

  private static double mean(List<ScoredPrompt> scored, boolean harmful) {
    return scored.stream()
        .filter(one -> one.harmful() == harmful)
        .mapToDouble(one -> one.score().score())
        .average()
        .orElseThrow();
  }

  private Path written(String name, GuardSettings settings, ModelFingerprint fingerprint) {
    try (LanguageModel model = model()) {
      CentroidSet centroids =
          new GuardPass(model, fingerprint).centroids(prompts(4, name.hashCode()), done -> {});
      Path file = folder.resolve(name + ".safetensors");
      GuardFileJson.write(
          new GuardFile(
              centroids,
              settings,
              Optional.of(new ThresholdCalibration(settings.threshold(), 0.05, 0, 4)),
              new LinkedHashMap<>()),
          file);
      return file;
    }
  }

  @Test
  void mergedGuardsHaveThePromptsOfBothAndNoCalibration() {
    GuardSettings centred =
        new GuardSettings(GuardSettings.Mode.CENTRED, 1, OptionalInt.empty(), 0.3);
    Path first = written("first", centred, MODEL);
    Path second = written("second", centred.withThreshold(0.1), MODEL);

    GuardFile merged = GuardFile.merged(first, second);

    assertThat(merged.centroids().positive().count()).isEqualTo(8);
    assertThat(merged.settings()).isEqualTo(centred.withThreshold(0));
    assertThat(merged.calibration()).isEmpty();
    assertThat(merged.facts()).containsKey("mergedFrom");
  }

  @Test
  void guardsThatScoreDifferentlyOrAreOfDifferentModelsAreNotMerged() {
    Path first = written("first", GuardSettings.PUBLISHED, MODEL);
    Path window =
        written(
            "window", new GuardSettings(GuardSettings.Mode.COSINE, 1, OptionalInt.of(1), 0), MODEL);
    Path foreign =
        written(
            "foreign",
            GuardSettings.PUBLISHED,
            new ModelFingerprint("b".repeat(64), Optional.empty(), Optional.empty(), 32, 2));

    assertThatThrownBy(() -> GuardFile.merged(first, window))
        .hasMessageContaining("cosine over rows 1 to the last")
        .hasMessageContaining("cosine over rows 1 to 1");
    assertThatThrownBy(() -> GuardFile.merged(first, foreign))
        .hasMessageContaining("foreign.safetensors was made with model bbbbbbbbbbbb");
    assertThatThrownBy(() -> GuardFile.read(foreign, MODEL))
        .hasMessageContaining("and not aaaaaaaaaaaa");
    assertThat(GuardFile.read(first, MODEL).guard().settings().threshold()).isZero();
  }
}
