package org.demur.directions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.demur.data.DataException;
import org.demur.data.Label;
import org.demur.data.PromptSet;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractionTest {
  @TempDir private Path folder;

  /// The mean over single prompts, computed with nothing shared but the reader.
  private static double[] mean(LanguageModel model, List<Prompt> prompts, Spots spots, int size) {
    double[] mean = new double[size];
    for (Prompt prompt : prompts) {
      new ResidualReader(model)
          .read(
              List.of(prompt),
              spots,
              (index, row, logits) -> {
                for (int i = 0; i < size; i++) {
                  mean[i] += row.values()[i] / prompts.size();
                }
              });
    }
    return mean;
  }

  @Test
  void directionsAreDifferencesOfMeansAtEveryTokenAndRow() {
    EncodedPrompts prompts = TinyPrompts.of(6, 1);
    try (LanguageModel model = TinyPrompts.model()) {
      Extraction found = Extraction.run(model, prompts, Centre.MEAN, done -> {});

      int size = 3 * TinyPrompts.D_MODEL;
      double[] harmful = mean(model, prompts.tokens(Label.HARMFUL), Spots.T_INST, size);
      double[] harmless = mean(model, prompts.tokens(Label.HARMLESS), Spots.T_INST, size);
      float[] direction = found.harmfulness().rowsOf(0);
      double[] last = mean(model, prompts.tokens(Label.HARMFUL), Spots.LAST, size);
      double[] lastHarmless = mean(model, prompts.tokens(Label.HARMLESS), Spots.LAST, size);
      for (int i = 0; i < size; i++) {
        assertThat((double) direction[i]).isCloseTo(harmful[i] - harmless[i], within(1e-5));
        assertThat((double) found.refusal().rowsOf(1)[i])
            .isCloseTo(last[i] - lastHarmless[i], within(1e-5));
      }
      assertThat(found.counts())
          .containsEntry("harmful", 6)
          .containsEntry("harmless", 6)
          .containsEntry("category.fraud", 3)
          .containsEntry("category.spam", 3);
      assertThat(found.vectors().keySet())
          .containsExactly(
              "harmfulness",
              "harmfulness.fraud",
              "harmfulness.spam",
              "refusal.post.-2",
              "refusal.post.-1");
      // The token that all prompts share says nothing before the first block.
      assertThat(found.refusal().norm(1, 0)).isZero();
    }
  }

  @Test
  void theOtherCentresAreUsedAtEveryToken() {
    EncodedPrompts prompts = TinyPrompts.of(6, 2);
    try (LanguageModel model = TinyPrompts.model()) {
      Extraction mean = Extraction.run(model, prompts, Centre.MEAN, done -> {});
      Extraction median = Extraction.run(model, prompts, Centre.GEOMETRIC_MEDIAN, done -> {});

      assertThat(median.harmfulness()).isNotEqualTo(mean.harmfulness());
      assertThat(median.harmfulness().cosine(0, 2, mean.harmfulness(), 0)).isGreaterThan(0.7);
    }
  }

  @Test
  void promptsOfOneLabelAreNotEnough() {
    EncodedPrompts all = TinyPrompts.of(3, 3);
    PromptSet harmful = all.set().with(Label.HARMFUL);
    EncodedPrompts one =
        new EncodedPrompts(harmful, all.tokens(Label.HARMFUL), all.postInstruction());
    try (LanguageModel model = TinyPrompts.model()) {
      assertThatThrownBy(() -> Extraction.run(model, one, Centre.MEAN, done -> {}))
          .isInstanceOf(DataException.class)
          .hasMessageContaining("no harmless prompts");
    }
  }

  @Test
  void aStoredExtractionGivesTheSameCandidatesAgain() {
    try (LanguageModel model = TinyPrompts.model()) {
      Extraction found = Extraction.run(model, TinyPrompts.of(4, 4), Centre.MEAN, done -> {});
      StoredDirections stored = stored(found.vectors());

      assertThat(stored.candidates().rowsOf(0)).isEqualTo(found.refusal().rowsOf(0));
      assertThat(stored.candidates().rowsOf(1)).isEqualTo(found.refusal().rowsOf(1));
      DirectionSummary summary = DirectionSummary.of(stored, 1);
      assertThat(summary.vectors()).hasSize(5);
      assertThat(summary.cosines().orElseThrow().byRow()).hasSize(3);
      assertThat(summary.cosines().orElseThrow().byRow().getFirst()).isNaN();
      assertThat(summary.categories().orElseThrow().names()).containsExactly("fraud", "spam");
      assertThat(summary.categories().orElseThrow().mean())
          .isCloseTo(
              found
                  .categories()
                  .firstEntry()
                  .getValue()
                  .cosine(0, 1, found.categories().lastEntry().getValue(), 0),
              within(1e-6));
    }
  }

  private StoredDirections stored(SequencedMap<String, DirectionFile.Vectors> vectors) {
    Path file = folder.resolve("d.safetensors");
    DirectionFileJson.write(
        new DirectionFile(TinyPrompts.MODEL, vectors, new LinkedHashMap<>()), file);
    return StoredDirections.read(file, TinyPrompts.MODEL);
  }

  @Test
  void oneVectorNeedsALayerToBecomeAControlVector() {
    SequencedMap<String, DirectionFile.Vectors> vectors = new LinkedHashMap<>();
    vectors.put("refusal", DirectionFile.Vectors.of(new float[TinyPrompts.D_MODEL]));
    float[] rows = new float[3 * TinyPrompts.D_MODEL];
    rows[2 * TinyPrompts.D_MODEL] = 1;
    vectors.put("harmfulness", DirectionFile.Vectors.perRow(3, rows));
    vectors.put("short", DirectionFile.Vectors.perRow(2, new float[2 * TinyPrompts.D_MODEL]));
    StoredDirections stored = stored(vectors);

    assertThat(stored.rows("harmfulness", List.of()).keySet()).containsExactly(2);
    assertThatThrownBy(() -> stored.rows("refusal", List.of()))
        .hasMessageContaining("nothing says at which layer");
    assertThatThrownBy(() -> stored.rows("harmfulness", List.of(3)))
        .hasMessageContaining("rows 0 to 2");
    assertThatThrownBy(() -> stored.perRow("short"))
        .isInstanceOfSatisfying(
            DemurException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TENSOR_SHAPE));
    assertThatThrownBy(stored::candidates).hasMessageContaining("directions extract");
  }

  @Test
  void aControlVectorOfAnotherWidthDoesNotFit() {
    SequencedMap<Integer, float[]> rows = new java.util.TreeMap<>();
    rows.put(2, new float[] {1, 2});
    assertThatThrownBy(
            () -> StoredDirections.ofControlVector(rows, TinyPrompts.MODEL, Path.of("c.gguf")))
        .hasMessageContaining("vector of 2 numbers after block 1")
        .hasMessageContaining("2 blocks of width 32");
  }

  @Test
  void aPromptThatIsTooLongIsNamedByItsIdAndNotQuoted() {
    Prompt prompt = Prompt.of(IntStream.range(0, 9).toArray());
    assertThatThrownBy(() -> EncodedPrompts.requireFits("7/harmful", prompt, 8))
        .hasMessage("prompt 7/harmful has 9 tokens, but the model's context takes 8");
  }
}
