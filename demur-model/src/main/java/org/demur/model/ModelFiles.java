package org.demur.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.demur.core.ErrorCode;
import org.demur.model.config.Architecture;
import org.demur.model.config.ConfigFields;
import org.demur.model.config.ConfigJson;
import org.demur.model.config.ModelException;
import org.demur.model.family.Families;
import org.demur.model.weights.GgufConfig;
import org.demur.model.weights.GgufWeights;
import org.demur.model.weights.SafetensorsWeights;
import org.demur.model.weights.WeightSource;
import org.demur.tensor.gguf.GgufFile;

/// The files of one model: what it is made of, and its weights, mapped but not loaded.
///
/// @param architecture what the decoder is made of
/// @param weights the weight files
/// @param endOfSequence tokens with which the model ends a text
public record ModelFiles(
    Architecture architecture, WeightSource weights, Set<Integer> endOfSequence)
    implements AutoCloseable {
  private static final String EOS = "eos_token_id";

  /// Opens a Hugging Face folder or a GGUF file.
  ///
  /// @throws ModelException with [ErrorCode#NOT_FOUND] when it is neither
  public static ModelFiles open(Path path) {
    if (Files.isDirectory(path)) {
      ConfigFields config = ConfigJson.read(path.resolve("config.json"));
      Architecture architecture = Families.architecture(config);
      return new ModelFiles(
          architecture, SafetensorsWeights.open(path), endOfSequence(config, path));
    }
    if (!Files.exists(path)) {
      throw new ModelException(ErrorCode.NOT_FOUND, path + " does not exist");
    }
    GgufFile file = GgufFile.open(path);
    try {
      Architecture architecture = Families.architecture(GgufConfig.fields(file));
      return new ModelFiles(architecture, new GgufWeights(file, architecture), endOfSequence(file));
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// `eos_token_id`, one or several, of the generation configuration or else the configuration.
  private static Set<Integer> endOfSequence(ConfigFields config, Path folder) {
    Path generation = folder.resolve("generation_config.json");
    Object ids = Files.exists(generation) ? ConfigJson.read(generation).values().get(EOS) : null;
    Object found = ids == null ? config.values().get(EOS) : ids;
    Set<Integer> all = new TreeSet<>();
    for (Object id : found instanceof List<?> list ? list : Arrays.asList(found)) {
      if (id instanceof Integer whole && whole >= 0) {
        all.add(whole);
      }
    }
    return all;
  }

  private static Set<Integer> endOfSequence(GgufFile file) {
    return file.metadata()
        .integer("tokenizer.ggml.eos_token_id")
        .filter(id -> id >= 0 && id <= Integer.MAX_VALUE)
        .map(id -> Set.of(id.intValue()))
        .orElse(Set.of());
  }

  /// Unmaps the weight files.
  @Override
  public void close() {
    weights.close();
  }
}
