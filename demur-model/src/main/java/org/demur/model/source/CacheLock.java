package org.demur.model.source;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/// Keeps two processes, or two threads, from fetching the same model at once.
final class CacheLock implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final FileChannel channel;
  private final FileLock lock;

  private CacheLock(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /// Waits until nobody else holds the lock under this key; the caller closes it.
  ///
  /// @param what the model that the listener is told of
  static CacheLock acquire(ModelCache cache, String key, String what, ProgressListener progress) {
    Path file = cache.lockFile(key);
    cache.createFolder(file.toAbsolutePath().resolveSibling(""));
    FileChannel channel = open(cache, file);
    boolean acquired = false;
    try {
      CacheLock lock = new CacheLock(channel, poll(cache, channel, what, progress));
      acquired = true;
      return lock;
    } finally {
      if (!acquired) {
        close(cache, channel);
      }
    }
  }

  @Override
  public void close() {
    try {
      lock.release();
      channel.close();
    } catch (IOException _) {
      // the operating system releases the lock with the process at the latest
    }
  }

  private static FileLock poll(
      ModelCache cache, FileChannel channel, String what, ProgressListener progress) {
    while (true) {
      Optional<FileLock> lock = attempt(cache, channel, what);
      if (lock.isPresent()) {
        return lock.get();
      }
      progress.progress(ProgressListener.Phase.WAITING, what, 0, 0);
      Interruption.sleep(POLL, what);
    }
  }

  private static Optional<FileLock> attempt(ModelCache cache, FileChannel channel, String what) {
    try {
      return Optional.ofNullable(channel.tryLock());
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    } catch (IOException e) {
      // an interrupt closes the channel, which is no fault of the cache
      Interruption.check(what);
      throw cache.unwritable(e);
    }
  }

  private static FileChannel open(ModelCache cache, Path file) {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw cache.unwritable(e);
    }
  }

  private static void close(ModelCache cache, FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw cache.unwritable(e);
    }
  }
}
