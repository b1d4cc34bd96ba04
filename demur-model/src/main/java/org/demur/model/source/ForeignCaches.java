package org.demur.model.source;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.demur.core.ErrorCode;
import org.demur.core.Hashes;

/// Models that other programs have already fetched into a hub cache of theirs; they are only read.
final class ForeignCaches {
  private static final String TOKENIZER = "tokenizer.json";

  private final List<HubCacheLayout> caches;

  ForeignCaches(SourceSettings settings) {
    this.caches = settings.hubCaches().stream().map(HubCacheLayout::new).toList();
  }

  /// The complete snapshot that a reference means, when a cache has one.
  ///
  /// Other programs fetch files one by one, so a snapshot may be partial: one without weights, with
  /// a shard missing, or without a tokenizer is passed over.
  Optional<ModelLocation> find(HubReference reference) {
    return caches.stream().flatMap(cache -> snapshot(cache, reference).stream()).findFirst();
  }

  /// The file of a registered model, when a cache has it under its hash.
  Optional<ModelLocation> find(RegisteredModel model) {
    return caches.stream().flatMap(cache -> file(cache, model).stream()).findFirst();
  }

  /// Whether the files still have the hashes that their blobs are named after.
  static boolean hasItsHashes(ModelLocation location, ProgressListener progress) {
    for (ModelFile file : location.files()) {
      Path path =
          location.kind() == ModelLocation.Kind.GGUF
              ? location.path()
              : location.path().resolve(file.name());
      Optional<String> name = HubCacheLayout.blobName(path);
      if (name.isPresent() && !matches(path, file, name.get(), progress)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(
      Path path, ModelFile file, String blobName, ProgressListener progress) {
    ContentCheck check = new ContentCheck(file.bytes());
    check.updateFrom(path, file.name(), progress);
    return switch (blobName.length()) {
      case 64 -> check.sha256().equals(blobName);
      case 40 -> check.gitBlob().equals(Optional.of(blobName));
      // the name is no hash, so it says nothing about the content
      default -> true;
    };
  }

  private static Optional<ModelLocation> snapshot(HubCacheLayout cache, HubReference reference) {
    Optional<String> commit = cache.commitOf(reference);
    if (commit.isEmpty()) {
      return Optional.empty();
    }
    Path folder = cache.snapshot(reference.repository(), commit.get());
    Set<String> names = new HashSet<>(cache.namesIn(reference.repository(), commit.get()));
    reference
        .file()
        .filter(file -> Files.isRegularFile(folder.resolve(file)))
        .ifPresent(names::add);
    try {
      FileSelection selection = FileSelection.choose(reference.name(), names, reference.file());
      return selection.isCertain(reference.file()) && isComplete(folder, names, selection)
          ? locate(reference, commit.get(), folder, selection)
          : Optional.empty();
    } catch (ModelSourceException e) {
      // what this cache holds is no complete model; the next source is asked
      return Optional.empty();
    }
  }

  private static boolean isComplete(Path folder, Set<String> names, FileSelection selection) {
    if (selection.kind() == ModelLocation.Kind.GGUF) {
      return true;
    }
    boolean usable = names.contains(TOKENIZER) || names.contains("adapter_config.json");
    return usable
        && (selection.index().isEmpty()
            || names.containsAll(ShardIndexJson.shards(folder.resolve(FileSelection.INDEX))));
  }

  private static Optional<ModelLocation> locate(
      HubReference reference, String commit, Path folder, FileSelection selection) {
    List<String> names = selection.files();
    if (selection.index().isPresent()) {
      names = new ArrayList<>(names);
      names.addAll(ShardIndexJson.shards(folder.resolve(FileSelection.INDEX)));
    }
    List<ModelFile> files = names.stream().map(name -> describe(folder, name)).toList();
    boolean gguf = selection.kind() == ModelLocation.Kind.GGUF;
    return Optional.of(
        new ModelLocation(
            reference.text(),
            selection.kind(),
            gguf ? folder.resolve(names.getFirst()) : folder,
            "hf:" + reference.repository() + "@" + commit,
            Optional.of(commit),
            Optional.empty(),
            files));
  }

  private static ModelFile describe(Path folder, String name) {
    Path file = folder.resolve(name);
    Optional<String> sha256 =
        HubCacheLayout.blobName(file).filter(blob -> blob.matches("[0-9a-f]{64}"));
    try {
      return new ModelFile(name, Files.size(file), sha256);
    } catch (IOException e) {
      throw new ModelSourceException(
          ErrorCode.IO, "cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static Optional<ModelLocation> file(HubCacheLayout cache, RegisteredModel model) {
    Path snapshots = cache.repository(model.hub().repository()).resolve("snapshots");
    try (DirectoryStream<Path> commits = Files.newDirectoryStream(snapshots)) {
      for (Path commit : commits) {
        Path file = commit.resolve(model.hub().file());
        if (isExactly(model, file)) {
          String revision = String.valueOf(commit.getFileName());
          return Optional.of(located(model, file, revision));
        }
      }
    } catch (IOException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean isExactly(RegisteredModel model, Path file) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == model.bytes()
        && HubCacheLayout.blobName(file)
            .orElseGet(() -> Hashes.ofFile(file))
            .equals(model.sha256());
  }

  private static ModelLocation located(RegisteredModel model, Path file, String revision) {
    return new ModelLocation(
        model.name(),
        ModelLocation.Kind.GGUF,
        file,
        "hf:" + model.hub().repository() + "@" + revision,
        Optional.of(revision),
        Optional.of(model.license()),
        List.of(new ModelFile(model.fileName(), model.bytes(), Optional.of(model.sha256()))));
  }
}
