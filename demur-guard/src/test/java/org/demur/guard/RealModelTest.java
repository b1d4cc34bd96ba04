package org.demur.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.directions.CandidateScorer;
import org.demur.directions.CandidateScores;
import org.demur.directions.DirectionTable;
import org.demur.directions.MeanTable;
import org.demur.directions.ModelFingerprint;
import org.demur.directions.NextToken;
import org.demur.directions.ResidualReader;
import org.demur.directions.ResidualRow;
import org.demur.directions.Spots;
import org.demur.model.LanguageModel;
import org.demur.model.ModelTextFiles;
import org.demur.model.Prompt;
import org.demur.model.PromptEncoder;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.demur.tensor.safetensors.SafetensorsFile;
import org.demur.testkit.RealModels;
import org.demur.testkit.SharedFixtures;
import org.demur.text.json.JsonLimits;
import org.demur.text.json.StreamingJson;
import org.demur.text.tokenizer.Tokenizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// SmolLM2 against reference directions, guard scores, refusal log-odds and selection scores.
class RealModelTest {
  private static final String ADAPTER = "smollm2-refusal-lora";

  /// I and Sorry, as in the reference.
  private static final List<Integer> REFUSAL_IDS = List.of(57, 37388);

  private static final int N_POST = 6;

  private static List<String> rows(String set, int from, int to) throws IOException {
    Path file = SharedFixtures.require("data/refusal_direction/" + set + ".jsonl");
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(file).subList(from, to)) {
      if (StreamingJson.parse(line, set, JsonLimits.DEFAULTS) instanceof Map<?, ?> row) {
        texts.add(String.valueOf(row.get("instruction")));
      }
    }
    return texts;
  }

  /// What the tests need of a loaded model.
  private static final class Loaded implements AutoCloseable {
    private final LanguageModel model;
    private final Tokenizer tokenizer;
    private final PromptEncoder encoder;

    Loaded(String name) {
      Path path = RealModels.require(RealModels.SMOLLM2);
      model = LanguageModel.load(path, DType.FLOAT32, Device.CPU);
      if (name.equals(ADAPTER)) {
        model.adapters().load("refusal", SharedFixtures.require("fixtures/models/" + ADAPTER));
        model.adapters().activate(List.of("refusal"));
      }
      ModelTextFiles text = ModelTextFiles.open(path);
      tokenizer = text.tokenizer();
      encoder = new PromptEncoder(text, tokenizer, false, LocalDateTime.of(2025, 1, 1, 0, 0));
    }

    List<Prompt> prompts(String set, int from, int to) throws IOException {
      return rows(set, from, to).stream()
          .map(text -> encoder.question(Optional.empty(), text))
          .toList();
    }

    @Override
    public void close() {
      tokenizer.close();
      model.close();
    }
  }

  private static float[] golden(Path file, String key) {
    try (SafetensorsFile tensors = SafetensorsFile.open(file);
        Scope scope = Scope.open()) {
      return Tensors.ofStored(tensors.tensor(key), DType.FLOAT32, Device.CPU).toFloats();
    }
  }

  private record Sides(MeanTable tInst, MeanTable last) {}

  private static CentroidSet set(ModelFingerprint model, MeanTable positive, MeanTable negative) {
    return new CentroidSet(model, positive, negative, new LinkedHashMap<>());
  }

  @ParameterizedTest
  @ValueSource(strings = {"smollm2", ADAPTER})
  void directionsGuardScoresAndLogOddsMatchTheReference(String name) throws IOException {
    Path file = SharedFixtures.require("fixtures/real/" + name + "/golden.safetensors");
    try (Loaded loaded = new Loaded(name)) {
      ResidualReader reader = new ResidualReader(loaded.model);
      Sides harmful = means(reader, loaded.prompts("harmful_train", 0, 64));
      Sides harmless = means(reader, loaded.prompts("harmless_train", 0, 64));
      DirectionTable last = harmful.last().minus(harmless.last());
      assertClose(last.rowsOf(0), golden(file, "directions.last"));
      assertClose(
          harmful.tInst().minus(harmless.tInst()).rowsOf(0), golden(file, "directions.t_inst"));

      ModelFingerprint model =
          new ModelFingerprint("x", Optional.empty(), Optional.empty(), 576, 30);
      LatentGuard atTInst =
          new LatentGuard(set(model, harmful.tInst(), harmless.tInst()), GuardSettings.PUBLISHED);
      LatentGuard atLast =
          new LatentGuard(set(model, harmful.last(), harmless.last()), GuardSettings.PUBLISHED);
      for (String label : List.of("harmful", "harmless")) {
        List<Prompt> test = loaded.prompts(label + "_test", 0, 32);
        double[][] found = new double[3][test.size()];
        reader.read(
            test,
            Spots.BOTH,
            Plan.NONE,
            true,
            (index, row, logits) -> {
              found[0][index] = atTInst.score(row, 0).score();
              found[1][index] = atLast.score(row, 1).score();
              found[2][index] = NextToken.refusalLogOdds(logits, REFUSAL_IDS);
            });
        assertWithin(found[0], golden(file, "guard.t_inst." + label), 1e-4);
        assertWithin(found[1], golden(file, "guard.last." + label), 1e-4);
        assertWithin(found[2], golden(file, "refusal_log_odds." + label), 1e-3);
      }
      List<Prompt> test = loaded.prompts("harmful_test", 0, 32);
      double[] ablated = new double[test.size()];
      reader.lastLogits(
          test,
          CandidateScorer.ablation(LayerVectors.same(last.vector(0, 15))),
          (index, logits) -> ablated[index] = NextToken.refusalLogOdds(logits, REFUSAL_IDS));
      assertWithin(ablated, golden(file, "ablated.refusal_log_odds.harmful"), 1e-3);
    }
  }

  private static Sides means(ResidualReader reader, List<Prompt> prompts) {
    Sides sides = new Sides(new MeanTable(1, 31, 576), new MeanTable(1, 31, 576));
    reader.read(
        prompts,
        Spots.BOTH,
        (index, row, logits) -> {
          sides.tInst().add(spot(row, 0));
          sides.last().add(spot(row, 1));
        });
    return sides;
  }

  private static ResidualRow spot(ResidualRow row, int spot) {
    int size = row.rows() * row.dModel();
    float[] values = new float[size];
    System.arraycopy(row.values(), spot * size, values, 0, size);
    return new ResidualRow(1, row.rows(), row.dModel(), values);
  }

  /// A few of the 180 candidates, among them the best one; all take several minutes.
  @Test
  void selectionScoresMatchTheReference() throws IOException {
    Path file = SharedFixtures.require("fixtures/real/" + ADAPTER + "/selection.safetensors");
    float[] bypass = golden(file, "bypass");
    float[] induce = golden(file, "induce");
    float[] kl = golden(file, "kl");
    try (Loaded loaded = new Loaded(ADAPTER)) {
      ResidualReader reader = new ResidualReader(loaded.model);
      MeanTable harmful = new MeanTable(N_POST, 31, 576);
      MeanTable harmless = new MeanTable(N_POST, 31, 576);
      Spots spots = Spots.postInstruction(N_POST);
      reader.read(
          loaded.prompts("harmful_train", 0, 48), spots, (i, row, logits) -> harmful.add(row));
      reader.read(
          loaded.prompts("harmless_train", 0, 48), spots, (i, row, logits) -> harmless.add(row));
      DirectionTable directions = harmful.minus(harmless);
      CandidateScorer scorer =
          new CandidateScorer(
              loaded.model,
              loaded.prompts("harmful_val", 0, 12),
              loaded.prompts("harmless_val", 0, 12),
              REFUSAL_IDS);
      assertThat(scorer.harmfulLogOdds()).isCloseTo(2.275379337736182, within(1e-3));
      assertThat(scorer.harmlessLogOdds()).isCloseTo(-7.004698066713289, within(1e-3));
      for (int[] at : new int[][] {{5, 20}, {0, 0}, {2, 11}}) {
        CandidateScores scores = scorer.score(directions.vector(at[0], at[1]), at[1]);
        int i = at[0] * 30 + at[1];
        assertThat(scores.bypass()).isCloseTo(bypass[i], within(2e-3));
        assertThat(scores.induce()).isCloseTo(induce[i], within(2e-3));
        assertThat(scores.kl()).isCloseTo(kl[i], within(Math.max(1e-4, 1e-3 * kl[i])));
      }
    }
  }

  private static void assertClose(float[] found, float[] expected) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    double[] values = new double[found.length];
    for (int i = 0; i < found.length; i++) {
      values[i] = found[i];
    }
    assertWithin(values, expected, 1e-5 * largest);
  }

  private static void assertWithin(double[] found, float[] expected, double tolerance) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).as("value " + i).isCloseTo(expected[i], within(tolerance));
    }
  }
}
