package org.demur.data.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.demur.core.ErrorCode;

/// A journal of finished rows, one JSON object a line, that outlives whatever stops the run.
///
/// Each row is on disk when [#append] returns. A last line that was cut off, as a killed process
/// leaves it, is dropped when the journal is opened again; damage anywhere else is an error. Rows
/// have an id, so that a run that goes on can skip what is finished.
///
/// A row is an ordered map of [String], [Long], [Double], [Boolean] and lists of these; doubles
/// come back bit for bit, and what is null is left out.
///
/// **Ownership.** Whoever opens it closes it. One process at a time: a second one is refused. Safe
/// for several threads.
///
/// **Errors.** [StoreException] with one sentence when the disk is full or not writable; what was
/// finished before stays readable, and the row may be appended again.
public final class RowLog implements AutoCloseable {
  /// The field of a line that holds the id.
  static final String ID = "id";

  private static final int MAX_BYTES = 1 << 30;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Map<String, Object>> rows;
  private long end;

  /// @param channel open for reading and writing; owned by the journal from now on
  RowLog(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    // Through the same channel: closing another one of the file would end the lock.
    byte[] content = content(file, channel);
    this.end = completeBytes(content);
    this.rows = RowLogIo.read(file, content, (int) end);
    channel.truncate(end);
  }

  /// Opens a journal, and makes it where there is none; parent folders are made.
  public static RowLog open(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        lock(file, channel);
        return new RowLog(file, channel);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw StoreException.cannotWrite(file, e);
    }
  }

  /// The rows of a journal by id, in the order in which they were finished, without opening it for
  /// writing. A last line that was cut off is left out.
  public static Map<String, Map<String, Object>> read(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      byte[] content = content(file, channel);
      return RowLogIo.read(file, content, completeBytes(content));
    } catch (IOException e) {
      throw StoreException.cannotRead(file, e);
    }
  }

  /// Whether a row is finished.
  public synchronized boolean contains(String id) {
    return rows.containsKey(id);
  }

  /// A finished row.
  public synchronized Optional<Map<String, Object>> row(String id) {
    return Optional.ofNullable(rows.get(id));
  }

  /// The ids of all finished rows, in the order in which they were finished.
  public synchronized List<String> ids() {
    return List.copyOf(rows.keySet());
  }

  /// All finished rows, in the order in which they were finished, without their ids.
  public synchronized List<Map<String, Object>> rows() {
    return List.copyOf(rows.values());
  }

  /// Adds a finished row; it is on disk when this returns.
  ///
  /// @throws IllegalArgumentException when the id is finished already, or a value is of a type that
  ///   is not kept
  /// @throws StoreException when it cannot be written
  public synchronized void append(String id, Map<String, Object> row) {
    if (rows.containsKey(id)) {
      throw new IllegalArgumentException("row \"" + id + "\" is finished already");
    }
    Map<String, Object> kept = new LinkedHashMap<>(row);
    kept.values().removeIf(Objects::isNull);
    byte[] line = (RowLogIo.line(id, kept) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      write(line);
    } catch (IOException e) {
      cutOff();
      throw StoreException.cannotWrite(file, e);
    }
    end += line.length;
    rows.put(id, Collections.unmodifiableMap(kept));
  }

  @Override
  public synchronized void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw StoreException.cannotWrite(file, e);
    }
  }

  private void write(byte[] line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      channel.write(bytes, end + bytes.position());
    }
    channel.force(false);
  }

  /// Removes the part of a line that did reach a full disk. The next row would overwrite it, and
  /// the next opening drops it, so that failing here loses nothing.
  private void cutOff() {
    try {
      channel.truncate(end);
    } catch (IOException ignored) {
      // The write's own failure is the one to report.
    }
  }

  private static void lock(Path file, FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return; // Released when the channel closes.
      }
    } catch (OverlappingFileLockException e) {
      // This process has it open; reported like another process below.
    }
    throw new StoreException(
        ErrorCode.IO, file + " is in use by another run; wait for it or choose another folder");
  }

  private static byte[] content(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size > MAX_BYTES) {
      throw new StoreException(
          ErrorCode.FILE_FORMAT,
          "%s has %d bytes; at most %d are accepted".formatted(file, size, MAX_BYTES));
    }
    ByteBuffer content = ByteBuffer.allocate((int) size);
    while (content.hasRemaining() && channel.read(content, content.position()) >= 0) {}
    return Arrays.copyOf(content.array(), content.position());
  }

  /// How many bytes belong to lines that have their end.
  private static int completeBytes(byte[] content) {
    int length = content.length;
    while (length > 0 && content[length - 1] != '\n') {
      length--;
    }
    return length;
  }
}
