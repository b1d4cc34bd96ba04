package org.demur.model.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.demur.core.ErrorCode;

/// Checks before a download that it will fit.
final class DiskSpace {
  private static final long RESERVE_BYTES = 64L << 20;

  private DiskSpace() {}

  /// @throws ModelSourceException with [ErrorCode#IO] when less than `bytes` and a reserve are free
  static void require(Path folder, long bytes, String what) {
    long free;
    try {
      free = Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      throw new ModelSourceException(
          ErrorCode.IO, "cannot ask how much space is free in %s: %s".formatted(folder, e), e);
    }
    if (bytes > free - RESERVE_BYTES) {
      throw new ModelSourceException(
          ErrorCode.IO,
          "%s needs %s, but only %s are free in %s"
              .formatted(what, megabytes(bytes), megabytes(free), folder));
    }
  }

  static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }
}
