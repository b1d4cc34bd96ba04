package org.demur.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.ModelFiles;
import org.demur.model.Prompt;
import org.demur.model.Runs;
import org.demur.model.TinyModel;
import org.demur.model.config.Architecture;
import org.demur.model.verify.Check;
import org.demur.model.verify.ReferenceCheck;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.file.Dequantizer;
import org.demur.tensor.gguf.GgufFile;
import org.demur.tensor.gguf.GgufValueType;
import org.demur.tensor.gguf.GgufWriter;
import org.demur.tensor.safetensors.SafetensorsFile;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufWeightsTest {
  private static final Prompt LONG = Prompt.of(TinyModel.ids(20, 1));

  @TempDir private Path folder;

  private void sameAsFolder(TinyModel tiny, String kind) {
    Path file =
        LlamaCppFile.write(folder.resolve("m.gguf"), kind, tiny.architecture(), tiny.weights());
    try (LanguageModel original = tiny.load(folder);
        LanguageModel converted = LanguageModel.load(file, DType.FLOAT32, Device.CPU)) {
      assertThat(converted.architecture().dimensions())
          .isEqualTo(original.architecture().dimensions());
      assertThat(converted.architecture().layers()).isEqualTo(original.architecture().layers());
      assertThat(converted.weights().parameterCount())
          .isEqualTo(original.weights().parameterCount());
      Runs.assertSame(Runs.logits(converted, LONG), Runs.logits(original, LONG));
    }
  }

  @Test
  void llamaWithItsOwnHeadIsTheSameFromBothFormats() {
    sameAsFolder(TinyModel.llama().with("tie_word_embeddings", false), "llama");
  }

  @Test
  void llamaWithATiedHeadIsTheSameFromBothFormats() {
    sameAsFolder(TinyModel.llama(), "llama");
  }

  @Test
  void gemma2IsTheSameFromBothFormats() {
    // the format has no place for another scale than that of the head width
    sameAsFolder(TinyModel.gemma2().with("query_pre_attn_scalar", 4), "gemma2");
  }

  @Test
  void phi3WithFusedProjectionsAndLongRopeIsTheSameFromBothFormats() {
    sameAsFolder(TinyModel.phi3(), "phi3");
  }

  @Test
  void qwen2WithBiasesIsTheSameFromBothFormats() {
    sameAsFolder(TinyModel.qwen2(), "qwen2");
  }

  @Test
  void mixtralWithStackedExpertsPassesTheReferenceOfTheFolder() {
    Path original = SharedFixtures.repositoryRoot().resolve("golden/models/mixtral");
    Architecture architecture;
    try (ModelFiles files = ModelFiles.open(original)) {
      architecture = files.architecture();
    }
    SequencedMap<String, float[]> weights = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(original.resolve("model.safetensors"))) {
      for (String name : WeightLayout.of(architecture).keySet()) {
        weights.put(name, Dequantizer.toFloat32(file.tensor(name)));
      }
    }
    Path converted =
        LlamaCppFile.write(folder.resolve("mixtral.gguf"), "llama", architecture, weights);

    try (ModelFiles files = ModelFiles.open(converted);
        LanguageModel model = LanguageModel.load(files, DType.FLOAT32, Device.CPU)) {
      assertThat(files.architecture().modelType()).isEqualTo("mixtral");
      assertThat(files.endOfSequence()).containsExactly(2);
      List<Check> checks =
          ReferenceCheck.run(
              model, original.resolve("golden.safetensors"), files.endOfSequence(), progress -> {});
      assertThat(checks).hasSizeGreaterThan(10).allMatch(Check::pass);
    }
  }

  @Test
  void rowsOfQueriesAndKeysAreBackInTwoHalvesPerHead() {
    TinyModel tiny = TinyModel.llama();
    SequencedMap<String, float[]> weights = tiny.weights();
    Path path = LlamaCppFile.write(folder.resolve("m.gguf"), "llama", tiny.architecture(), weights);

    try (GgufFile file = GgufFile.open(path);
        LanguageModel model = LanguageModel.load(path, DType.FLOAT32, Device.CPU)) {
      for (String part : List.of("q", "k")) {
        float[] stored = Dequantizer.toFloat32(file.tensor("blk.0.attn_" + part + ".weight"));
        String name = "model.layers.0.self_attn." + part + "_proj.weight";
        assertThat(model.weights().get(name).toFloats())
            .isEqualTo(weights.get(name))
            .isNotEqualTo(stored);
      }
    }
  }

  @Test
  void anUnknownArchitectureIsRefusedWithTheKnownOnes() {
    Path file = folder.resolve("m.gguf");
    new GgufWriter(file).string("general.architecture", "gemma4").write();

    Runs.assertRefused(
        ErrorCode.MODEL_CONFIG,
        () -> ModelFiles.open(file).close(),
        file.toString(),
        "unknown general.architecture \"gemma4\"",
        "did you mean \"gemma",
        "known: gemma, gemma2, gemma3, granite, llama, mistral");
  }

  @Test
  void aFileWithoutArchitectureIsRefused() {
    Path file = folder.resolve("m.gguf");
    new GgufWriter(file).string("general.name", "nothing").write();

    Runs.assertRefused(
        ErrorCode.MODEL_CONFIG,
        () -> ModelFiles.open(file).close(),
        file.toString(),
        "\"general.architecture\" is missing");
  }

  @Test
  void missingMetadataAreNamedAllAtOnce() {
    Path file = folder.resolve("m.gguf");
    new GgufWriter(file)
        .string("general.architecture", "llama")
        .integer("llama.block_count", GgufValueType.UINT32, 0)
        .write();

    Runs.assertRefused(
        ErrorCode.MODEL_CONFIG,
        () -> ModelFiles.open(file).close(),
        "hidden_size is missing",
        "num_attention_heads is missing",
        "num_hidden_layers is 0",
        "vocab_size is missing");
  }

  @Test
  void anUnexpectedAndAMissingTensorAreNamed() {
    TinyModel tiny = TinyModel.llama();
    SequencedMap<String, float[]> weights = tiny.weights();
    weights.remove("model.layers.1.mlp.up_proj.weight");
    Path file = LlamaCppFile.write(folder.resolve("m.gguf"), "llama", tiny.architecture(), weights);

    Runs.assertRefused(
        ErrorCode.MODEL_WEIGHTS,
        () -> LanguageModel.load(file, DType.FLOAT32, Device.CPU).close(),
        file.toString(),
        "missing model.layers.1.mlp.up_proj.weight");
  }

  @Test
  void aStackOfTooFewExpertsIsRefused() {
    TinyModel tiny = TinyModel.mixtral();
    SequencedMap<String, float[]> weights = tiny.weights();
    weights.keySet().removeIf(name -> name.contains("layers.1") && name.contains("experts.2.w2"));
    Path file = LlamaCppFile.write(folder.resolve("m.gguf"), "llama", tiny.architecture(), weights);

    Runs.assertRefused(
        ErrorCode.MODEL_WEIGHTS,
        () -> LanguageModel.load(file, DType.FLOAT32, Device.CPU).close(),
        file.toString(),
        "blk.1.ffn_down_exps.weight",
        "holds 2 experts, but expert 2 is needed");
  }
}
