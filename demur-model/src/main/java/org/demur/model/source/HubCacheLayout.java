package org.demur.model.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.demur.core.AtomicFiles;

/// A folder in the layout of the Hugging Face hub cache, so that Python programs share it.
///
/// `models--org--name/` holds `blobs/` (content under its hash), `refs/` (the commit of a branch or
/// tag) and `snapshots/COMMIT/` (the files by name, as links to blobs).
///
/// **Source** the hub's documentation, page "Hub local cache".
///
/// @param folder the folder that holds one sub-folder per repository
record HubCacheLayout(Path folder) {
  private static final long MAX_REF_BYTES = 256;

  Path repository(String repository) {
    return folder.resolve(folderName(repository));
  }

  static String folderName(String repository) {
    return "models--" + repository.replace("/", "--");
  }

  Path blobs(String repository) {
    return repository(repository).resolve("blobs");
  }

  Path snapshot(String repository, String commit) {
    return repository(repository).resolve("snapshots").resolve(commit);
  }

  /// The commit that a revision meant when it was last fetched; a commit means itself.
  Optional<String> commitOf(HubReference reference) {
    if (HubReference.isCommit(reference.revision())) {
      return Optional.of(reference.revision());
    }
    Path ref = ref(reference);
    try {
      if (!Files.isRegularFile(ref) || Files.size(ref) > MAX_REF_BYTES) {
        return Optional.empty();
      }
      return Optional.of(Files.readString(ref).strip()).filter(HubReference::isCommit);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The names of the files in a snapshot's own folder.
  List<String> namesIn(String repository, String commit) {
    try (Stream<Path> files = Files.list(snapshot(repository, commit))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> String.valueOf(file.getFileName()))
          .filter(SafeNames::isSafe)
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /// Records what commit a revision means now.
  void writeRef(HubReference reference, String commit) {
    if (!HubReference.isCommit(reference.revision())) {
      AtomicFiles.writeText(ref(reference), commit);
    }
  }

  /// Makes a file of a snapshot point to its blob: as a relative link, or where the file system has
  /// none, as a second name for, or copy of, the same content.
  void link(String repository, String commit, String name, String blobName) throws IOException {
    Path link = SafeNames.below(snapshot(repository, commit), name);
    Path parent = link.resolveSibling(".").normalize();
    Path blob = blobs(repository).resolve(blobName);
    Files.createDirectories(parent);
    Path relative = parent.toAbsolutePath().relativize(blob.toAbsolutePath());
    if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(relative)) {
      return;
    }
    Path fresh = link.resolveSibling(link.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try {
      Files.createSymbolicLink(fresh, relative);
    } catch (UnsupportedOperationException | IOException e) {
      copyOrName(fresh, blob);
    }
    AtomicFiles.move(fresh, link);
  }

  /// The hash that names the content of a file of a snapshot, when it is a link to a blob.
  static Optional<String> blobName(Path file) {
    try {
      return Files.isSymbolicLink(file)
          ? Optional.of(String.valueOf(Files.readSymbolicLink(file).getFileName()))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void copyOrName(Path fresh, Path blob) throws IOException {
    try {
      Files.createLink(fresh, blob);
    } catch (UnsupportedOperationException | IOException e) {
      Files.copy(blob, fresh, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private Path ref(HubReference reference) {
    return SafeNames.below(
        repository(reference.repository()).resolve("refs"), reference.revision());
  }
}
