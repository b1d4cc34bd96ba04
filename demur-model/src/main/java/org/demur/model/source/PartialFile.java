package org.demur.model.source;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.demur.core.AtomicFiles;
import org.demur.core.ErrorCode;

/// A download that is not complete: `NAME.partial`, and beside it the tag of the bytes it began
/// with.
///
/// Failures to write are reported as such and are not taken for failures of the network. Writing
/// goes through plain streams, because a channel closes itself when its thread is interrupted.
final class PartialFile {
  private static final int BUFFER_BYTES = 1 << 17;

  private final Path target;
  private final Path partial;
  private final Path tag;

  PartialFile(Path target) {
    this.target = target;
    this.partial = target.resolveSibling(target.getFileName() + ".partial");
    this.tag = target.resolveSibling(target.getFileName() + ".partial.etag");
  }

  Path path() {
    return partial;
  }

  long size() {
    try {
      return Files.isRegularFile(partial) ? Files.size(partial) : 0;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /// The tag of the answer that the kept bytes came from.
  Optional<String> tag() {
    try {
      return Files.isRegularFile(tag) && Files.size(tag) < 1024
          ? Optional.of(Files.readString(tag)).filter(HubResponse::isStrongTag)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Drops what was kept and remembers the tag of the bytes that come now.
  void restart(Optional<String> newTag) {
    discard();
    newTag.ifPresent(value -> AtomicFiles.writeText(tag, value));
  }

  /// Drops everything.
  void discard() {
    try {
      Files.deleteIfExists(partial);
      Files.deleteIfExists(tag);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /// Appends a stream until it ends or the file has one byte more than it may have.
  ///
  /// @throws IOException when the stream fails; what arrived before is kept
  /// @throws ModelSourceException when the thread is interrupted or the file cannot be written
  void append(InputStream in, long maxSize, ContentCheck check, Runnable step) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (FileOutputStream out = open()) {
      while (check.bytes() <= maxSize) {
        Interruption.check(String.valueOf(target.getFileName()));
        int read = in.read(buffer);
        if (read < 0) {
          break;
        }
        write(out, buffer, read);
        check.update(buffer, read);
        step.run();
      }
    }
  }

  /// Gives the complete file its name.
  void publish() {
    try {
      try (FileOutputStream out = open()) {
        out.getFD().sync();
      }
      AtomicFiles.move(partial, target);
      Files.deleteIfExists(tag);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private FileOutputStream open() {
    try {
      return new FileOutputStream(partial.toFile(), true);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void write(FileOutputStream out, byte[] buffer, int length) {
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private ModelSourceException unwritable(IOException cause) {
    return new ModelSourceException(
        ErrorCode.IO,
        "cannot write %s: %s (%s)"
            .formatted(
                partial,
                cause.getClass().getSimpleName().replace("Exception", ""),
                cause.getMessage()),
        cause);
  }
}
