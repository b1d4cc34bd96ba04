package org.demur.model.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.decoder.LowRank;

/// Writes a model with an adapter added into its weights, in the form of its base: a Hugging Face
/// folder, or a GGUF file.
///
/// `W + scale * B A` for every linear map that the adapter changes, in single precision: a sum that
/// is rounded would no longer be the model that was measured. Other weights keep their bytes.
///
/// **Source**: LoRA (Hu et al. 2021), section 4.1.
///
/// @param model what can be loaded: the folder, or the file in it
/// @param tensors how many were written
public record MergedModel(Path model, int tensors) {
  /// Writes the model.
  ///
  /// @param base folder or GGUF file of the base
  /// @param changes of the adapter by module, see [org.demur.model.adapter.Adapters#factors]
  /// @param folder to write to; must not exist or be empty
  /// @param progress is told of each tensor: its name, and how many are done
  /// @throws ModelException when the adapter changes a map that the files do not hold as one
  ///   tensor, or the folder holds something
  public static MergedModel write(
      Path base, Map<String, LowRank> changes, Path folder, ObjIntConsumer<String> progress) {
    requireEmpty(folder);
    if (Files.isDirectory(base)) {
      return new MergedModel(folder, new MergedFolder(base, changes).write(folder, progress));
    }
    Path file = folder.resolve("model.gguf");
    return new MergedModel(file, MergedGguf.write(base, changes, file, progress));
  }

  private static void requireEmpty(Path target) {
    try {
      if (Files.exists(target)) {
        try (Stream<Path> inside = Files.list(target)) {
          if (inside.findAny().isPresent()) {
            throw new ModelException(
                ErrorCode.IO, target + " holds files already; name a new or an empty folder");
          }
        }
      }
    } catch (IOException e) {
      throw new ModelException(ErrorCode.IO, target + " is no folder that can be written to", e);
    }
  }
}
