package org.demur.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.demur.core.Hashes;
import org.demur.model.config.ModelException;

/// Says which model it is: a hash of the files that decide what is computed.
public final class ModelIdentity {
  private ModelIdentity() {}

  /// SHA-256 of a GGUF file, or of names and hashes of the configuration, weights, tokenizer and
  /// template of a Hugging Face or PEFT folder.
  ///
  /// @throws ModelException with [ErrorCode#IO] when a file cannot be read
  public static String hash(Path path) {
    if (Files.isRegularFile(path)) {
      return Hashes.ofFile(path);
    }
    StringBuilder all = new StringBuilder();
    for (Path file : decisive(path)) {
      all.append(file.getFileName()).append(' ').append(Hashes.ofFile(file)).append('\n');
    }
    return Hashes.ofText(all.toString());
  }

  private static List<Path> decisive(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).filter(ModelIdentity::decides).sorted().toList();
    } catch (IOException e) {
      throw new ModelException(ErrorCode.IO, "cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  private static boolean decides(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return (name.endsWith(".safetensors") && !name.startsWith("golden"))
        || name.endsWith(".jinja")
        || name.endsWith("config.json")
        || name.startsWith("tokenizer")
        || name.endsWith(".index.json");
  }
}
