package org.demur.model.source;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;

/// Models that a user names by path, and the answer to a name that means nothing.
final class LocalModels {
  private final Registry registry;

  LocalModels(Registry registry) {
    this.registry = registry;
  }

  /// The model at this path.
  ///
  /// @throws ModelSourceException with [ErrorCode#NOT_FOUND] when nothing is there, with
  ///   [ErrorCode#FILE_FORMAT] when it is no model
  ModelLocation locate(String model) {
    Path path = existing(model).orElseThrow(() -> unknown(model));
    if (Files.isDirectory(path)) {
      requireModelFolder(path);
      return local(model, ModelLocation.Kind.FOLDER, path);
    }
    if (HubReference.isGguf(model)) {
      return local(model, ModelLocation.Kind.GGUF, path);
    }
    throw notAModel(
        path,
        "it is a file whose name does not end in .gguf; name the folder that has config.json");
  }

  private static ModelLocation local(String model, ModelLocation.Kind kind, Path path) {
    return new ModelLocation(
        model, kind, path, path.toString(), Optional.empty(), Optional.empty(), List.of());
  }

  private static Optional<Path> existing(String model) {
    try {
      return Optional.of(model).filter(name -> !name.isBlank()).map(Path::of).filter(Files::exists);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static void requireModelFolder(Path folder) {
    if (Files.exists(folder.resolve("config.json"))) {
      return;
    }
    List<String> ggufs = ggufsIn(folder);
    throw notAModel(
        folder,
        "the folder has no config.json"
            + (ggufs.isEmpty() ? "" : "; to use a GGUF in it, name the file: " + ggufs));
  }

  private static List<String> ggufsIn(Path folder) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (HubReference.isGguf(String.valueOf(file.getFileName())) && names.size() < 5) {
          names.add(file.toString());
        }
      }
    } catch (IOException e) {
      // the hint is a courtesy; the folder itself is reported either way
      return List.of();
    }
    return names.stream().sorted().toList();
  }

  private static ModelSourceException notAModel(Path path, String reason) {
    return new ModelSourceException(
        ErrorCode.FILE_FORMAT, "%s is no model: %s".formatted(path, reason));
  }

  private ModelSourceException unknown(String model) {
    String known = String.join(", ", registry.names());
    String hint = Suggestions.hint(model.toLowerCase(Locale.ROOT), registry.names());
    if (hint.isEmpty() && HubReference.isRepository(model)) {
      hint = "; to fetch it from the hub write hf:" + model;
    }
    return new ModelSourceException(
        ErrorCode.NOT_FOUND,
        ("there is no model \"%s\": it is no registered name (%s) and no such folder or .gguf file"
                + " exists%s")
            .formatted(model, known, hint));
  }
}
