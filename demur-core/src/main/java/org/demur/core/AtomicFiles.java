package org.demur.core;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Writes a file under a temporary name beside its target and moves it there when it is complete.
///
/// A reader, or a run that was interrupted, never sees half a file under the final name.
public final class AtomicFiles {
  /// Writes the content of one file.
  @FunctionalInterface
  public interface Content {
    /// Writes everything to `out`; the caller closes it.
    void writeTo(OutputStream out) throws IOException;
  }

  private AtomicFiles() {}

  /// Writes `content` to `target`, replacing it in one step; parent folders are made.
  ///
  /// @throws DemurException with [ErrorCode#IO] when it cannot be written; `target` is unchanged
  public static void write(Path target, Content content) {
    Path parent = target.toAbsolutePath().getParent();
    try {
      Files.createDirectories(parent);
      Path temporary = Files.createTempFile(parent, "." + target.getFileName(), ".tmp");
      try {
        try (OutputStream out = Files.newOutputStream(temporary)) {
          content.writeTo(out);
        }
        move(temporary, target);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new DemurException(ErrorCode.IO, "cannot write " + target + ": " + reason(e), e);
    }
  }

  /// Writes `text` in UTF-8 to `target`, see [#write(Path, Content)].
  public static void writeText(Path target, String text) {
    write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /// Moves a finished file to its final name, atomically where the file system can.
  public static void move(Path finished, Path target) throws IOException {
    try {
      Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(finished, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String reason(IOException failure) {
    String name = failure.getClass().getSimpleName().replace("Exception", "");
    return name + " (" + failure.getMessage() + ")";
  }
}
