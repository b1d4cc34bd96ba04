package org.demur.tensor.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.demur.core.ErrorCode;

/// A whole file mapped read-only into memory, which any thread may read.
///
/// **Ownership.** Closing it unmaps the bytes; who opens it closes it.
public final class MappedFile implements AutoCloseable {
  private final Path path;
  private final Arena arena;
  private final MemorySegment bytes;

  private MappedFile(Path path, Arena arena, MemorySegment bytes) {
    this.path = path;
    this.arena = arena;
    this.bytes = bytes;
  }

  /// Maps a file; nothing is read yet.
  ///
  /// @throws FileFormatException with [ErrorCode#NOT_FOUND] when there is no such file, and with
  ///   [ErrorCode#IO] when it is a folder or cannot be read
  public static MappedFile open(Path path) {
    if (!Files.exists(path)) {
      throw new FileFormatException(ErrorCode.NOT_FOUND, path, "there is no such file");
    }
    if (!Files.isRegularFile(path)) {
      throw new FileFormatException(ErrorCode.IO, path, "this is not a regular file");
    }
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment bytes = channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
      return new MappedFile(path, arena, bytes);
    } catch (IOException e) {
      arena.close();
      throw new FileFormatException(
          ErrorCode.IO, path, "the file cannot be read: " + e.getClass().getSimpleName());
    }
  }

  /// The file.
  public Path path() {
    return path;
  }

  /// The length of the file in bytes.
  public long size() {
    return bytes.byteSize();
  }

  /// All bytes of the file.
  public MemorySegment bytes() {
    return bytes;
  }

  /// Unmaps the file; closing it again does nothing.
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
