package org.demur.model.source;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.demur.core.AtomicFiles;
import org.demur.core.ErrorCode;

/// Our own cache: a folder per model below `models/`, each with a manifest that is written last.
///
/// The files lie in that folder, or, for models from the hub, in the shared layout below `hub/`.
/// Work that is not finished lies below `staging/`.
final class ModelCache {
  private static final String MODELS = "models";
  private static final String MANIFEST = "manifest.json";

  private final Path directory;

  ModelCache(Path directory) {
    this.directory = directory;
  }

  /// The folder in the layout of the hub's cache.
  HubCacheLayout hub() {
    return new HubCacheLayout(directory.resolve("hub"));
  }

  /// The complete entry under this key; empty when there is none or a file has another size.
  Optional<Manifest> find(String key, String name) {
    return ManifestJson.read(manifestFile(key))
        .filter(manifest -> manifest.name().equals(name))
        .filter(this::hasItsSizes);
  }

  /// Whether there is an entry under this key that is damaged: one of its files is gone or has
  /// another size.
  boolean isDamaged(String key) {
    return Files.exists(manifestFile(key))
        && ManifestJson.read(manifestFile(key)).filter(this::hasItsSizes).isEmpty();
  }

  /// Whether every file has its recorded hash; files without one count as right.
  boolean hasItsHashes(Manifest manifest, ProgressListener progress) {
    for (ModelFile file : manifest.files()) {
      Path path = SafeNames.below(root(manifest), file.name());
      if (file.sha256().isPresent()
          && !ContentCheck.sha256Of(path, file.name(), progress).equals(file.sha256().get())) {
        return false;
      }
    }
    return true;
  }

  ModelLocation locate(Manifest manifest, String requestedName) {
    Path root = root(manifest);
    Path path =
        manifest.kind() == ModelLocation.Kind.GGUF
            ? SafeNames.below(root, manifest.files().getFirst().name())
            : root;
    return new ModelLocation(
        requestedName,
        manifest.kind(),
        path,
        manifest.source(),
        manifest.revision(),
        manifest.license(),
        manifest.files());
  }

  /// Records a model whose files are already at their place.
  void record(String key, Manifest manifest) {
    AtomicFiles.writeText(manifestFile(key), ManifestJson.write(manifest));
  }

  /// Puts a finished folder in the place of the model's folder, together with its manifest.
  void publish(String key, Path finished, Manifest manifest) {
    AtomicFiles.writeText(finished.resolve(MANIFEST), ManifestJson.write(manifest));
    Path target = directory.resolve(MODELS).resolve(key);
    try {
      Files.createDirectories(target.getParent());
      delete(target);
      AtomicFiles.move(finished, target);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /// The folder, relative to the cache, that [#publish] fills.
  static String publishedRoot(String key) {
    return MODELS + "/" + key;
  }

  /// A folder for unfinished work on this model; it outlives the run, so that work can go on.
  Path staging(String key) {
    Path folder = directory.resolve("staging").resolve(key);
    createFolder(folder);
    return folder;
  }

  /// Makes a folder of the cache.
  ///
  /// @throws ModelSourceException with [ErrorCode#IO] that says how to choose another cache
  void createFolder(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw unwritable(e);
    }
    if (!Files.isWritable(folder)) {
      throw unwritable(new IOException("no permission to write " + folder));
    }
  }

  Path lockFile(String key) {
    return directory.resolve("locks").resolve(key + ".lock");
  }

  List<CachedModel> list() {
    List<CachedModel> models = new ArrayList<>();
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(directory.resolve(MODELS), Files::isDirectory)) {
      for (Path folder : folders) {
        ManifestJson.read(folder.resolve(MANIFEST)).map(this::describe).ifPresent(models::add);
      }
    } catch (IOException e) {
      return List.of();
    }
    models.sort(Comparator.comparing(CachedModel::name).thenComparing(CachedModel::source));
    return List.copyOf(models);
  }

  ModelSourceException unwritable(IOException cause) {
    return new ModelSourceException(
        ErrorCode.IO,
        "cannot write to the model cache %s (%s: %s); choose another folder with DEMUR_CACHE"
            .formatted(
                directory,
                cause.getClass().getSimpleName().replace("Exception", ""),
                cause.getMessage()),
        cause);
  }

  /// Deletes a folder with everything below it; links are removed, not followed.
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }

  private CachedModel describe(Manifest manifest) {
    ModelLocation location = locate(manifest, manifest.name());
    return new CachedModel(
        manifest.name(),
        manifest.source(),
        manifest.revision(),
        manifest.license(),
        location.path(),
        manifest.bytes(),
        hasItsSizes(manifest));
  }

  private boolean hasItsSizes(Manifest manifest) {
    for (ModelFile file : manifest.files()) {
      Path path = SafeNames.below(root(manifest), file.name());
      try {
        if (!Files.isRegularFile(path) || Files.size(path) != file.bytes()) {
          return false;
        }
      } catch (IOException e) {
        return false;
      }
    }
    return true;
  }

  private Path root(Manifest manifest) {
    return SafeNames.below(directory, manifest.root());
  }

  private Path manifestFile(String key) {
    return directory.resolve(MODELS).resolve(key).resolve(MANIFEST);
  }
}
