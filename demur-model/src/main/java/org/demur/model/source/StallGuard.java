package org.demur.model.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// A stream that fails when its source sends nothing for too long.
///
/// The JDK's HTTP client has no limit on the pause between two parts of a body, so a thread watches
/// the reader and closes the stream under it.
final class StallGuard extends InputStream {
  private final InputStream in;
  private final Duration limit;
  private volatile boolean reading;
  private volatile long readingSince;
  private volatile boolean closed;
  private volatile boolean stalled;

  StallGuard(InputStream in, Duration limit) {
    this.in = in;
    this.limit = limit;
    Thread.ofVirtual().name("stall-guard").start(this::watch);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int count = read(one, 0, 1);
    return count < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    readingSince = System.nanoTime();
    reading = true;
    try {
      int count = in.read(buffer, offset, length);
      if (stalled) {
        throw stall();
      }
      return count;
    } catch (IOException e) {
      throw stalled ? stall() : e;
    } finally {
      reading = false;
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    in.close();
  }

  private HttpTimeoutException stall() {
    return new HttpTimeoutException("nothing arrived for " + limit.toMillis() + " ms");
  }

  private void watch() {
    long step = Math.max(1, limit.toNanos() / 8);
    while (!closed) {
      LockSupport.parkNanos(step);
      if (reading && System.nanoTime() - readingSince > limit.toNanos()) {
        stalled = true;
        closeQuietly();
        return;
      }
    }
  }

  private void closeQuietly() {
    try {
      in.close();
    } catch (IOException _) {
      // the reader reports the stall; how the stream ended is of no interest
    }
  }
}
