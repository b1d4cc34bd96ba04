package org.demur.tensor.workers;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.IntOptional;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.demur.core.ErrorCode;
import org.demur.tensor.Engine;
import org.demur.tensor.TensorException;

/// Where workers find each other: the first one listens at an address and a port, the others come
/// there.
///
/// It listens at that one address only. Gloo's own connections, one between any two workers, are
/// bound to the address by which a worker reaches the first.
public final class Rendezvous {
  private static final String PROTOCOL = "demur-workers-1";
  private static final int ATTEMPT_MILLIS = 1000;
  private static final int BETWEEN_MILLIS = 100;
  private static final int MOST_PORTS = 65_535;

  private final Inet4Address address;
  private final int port;
  private final Optional<Integer> descriptor;

  private Rendezvous(Inet4Address address, int port, Optional<Integer> descriptor) {
    this.address = address;
    this.port = port;
    this.descriptor = descriptor;
  }

  /// Listens, at the first worker.
  ///
  /// @param host an address or name of this machine
  /// @param port 0 for any that is free
  /// @throws TensorException with [ErrorCode#WORKERS] when that is not possible
  public static Rendezvous listening(String host, int port) {
    Inet4Address address = resolved(host);
    Descriptors.Listening open = Descriptors.listen(address, required(port, 0));
    return new Rendezvous(address, open.port(), Optional.of(open.descriptor()));
  }

  /// Where the first worker listens, for the others.
  ///
  /// @throws TensorException with [ErrorCode#WORKERS] for a host or port that cannot be
  public static Rendezvous at(String host, int port) {
    return new Rendezvous(resolved(host), required(port, 1), Optional.empty());
  }

  private static int required(int port, int least) {
    if (port < least || port > MOST_PORTS) {
      throw new TensorException(
          ErrorCode.WORKERS, "port %d is not in %d..%d".formatted(port, least, MOST_PORTS));
    }
    return port;
  }

  private static Inet4Address resolved(String host) {
    try {
      for (InetAddress found : InetAddress.getAllByName(host)) {
        if (found instanceof Inet4Address usable) {
          return usable;
        }
      }
    } catch (UnknownHostException e) {
      throw new TensorException(
          ErrorCode.WORKERS, "the host \"%s\" of the rendezvous is not known".formatted(host), e);
    }
    throw new TensorException(
        ErrorCode.WORKERS, "the host \"%s\" of the rendezvous has no IPv4 address".formatted(host));
  }

  /// The port at which the first worker listens.
  public int port() {
    return port;
  }

  /// Waits until all workers are there.
  ///
  /// @param rank of this one; 0 exactly where it listens
  /// @param size of the group
  /// @param patience how long a worker waits for another one, here and later
  /// @throws TensorException with [ErrorCode#WORKERS] when some do not come, come twice, or want
  ///   another number of workers; they are named
  public Workers join(int rank, int size, Duration patience) {
    return join(rank, size, patience, () -> {});
  }

  /// The same, for one that knows more about the others.
  ///
  /// @param check is asked while others are missing, and throws when they will not come
  public Workers join(int rank, int size, Duration patience, Runnable check) {
    Engine.load();
    long deadline = System.nanoTime() + patience.toNanos();
    InetAddress local = descriptor.isPresent() ? address : reached(deadline);
    TCPStore store = store(patience);
    try {
      introduced(store, rank, size);
      awaitAll(store, size, patience, deadline, check);
      ProcessGroupGloo group =
          Descriptors.withoutOutput(() -> group(store, rank, size, local, patience));
      return new GlooWorkers(store, group, rank, size, patience);
    } catch (RuntimeException e) {
      store.close();
      throw e instanceof TensorException known ? known : failed("the workers cannot connect", e);
    }
  }

  /// Tries until the first worker listens.
  ///
  /// @return the address of this machine by which it is reached
  private InetAddress reached(long deadline) {
    while (true) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(address, port), ATTEMPT_MILLIS);
        return socket.getLocalAddress();
      } catch (IOException e) {
        pause(
            deadline,
            "nobody listens at %s:%d; worker 0 must be started with the same --rendezvous"
                .formatted(address.getHostAddress(), port));
      }
    }
  }

  private static void pause(long deadline, String otherwise) {
    if (System.nanoTime() > deadline) {
      throw new TensorException(ErrorCode.WORKERS, otherwise);
    }
    try {
      Thread.sleep(BETWEEN_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TensorException(ErrorCode.WORKERS, "interrupted while waiting for workers", e);
    }
  }

  private TCPStore store(Duration patience) {
    try (TCPStoreOptions options = new TCPStoreOptions();
        Milliseconds timeout = new Milliseconds(patience.toMillis())) {
      options.port((short) port).isServer(descriptor.isPresent()).waitWorkers(false);
      options.timeout(timeout);
      descriptor.ifPresent(known -> options.masterListenFd(new IntOptional(known)));
      return new TCPStore(address.getHostAddress(), options);
    } catch (RuntimeException e) {
      throw failed("the rendezvous cannot be used", e);
    }
  }

  private static TensorException failed(String what, RuntimeException cause) {
    return new TensorException(
        ErrorCode.WORKERS, what + ": " + WorkerFailure.firstLine(cause), cause);
  }

  /// Says who this is.
  private static void introduced(TCPStore store, int rank, int size) {
    if (store.add(key("count", rank), 1) != 1) {
      throw new TensorException(
          ErrorCode.WORKERS,
          "there is a worker %d already; every worker needs a --rank of its own".formatted(rank));
    }
    store.set(key("wants", rank), wanted(size));
  }

  private static String wanted(int size) {
    return PROTOCOL + ", " + size + " workers";
  }

  private static String key(String what, int rank) {
    return "demur/" + what + "/" + rank;
  }

  /// Waits for all and compares what they want.
  private static void awaitAll(
      TCPStore store, int size, Duration patience, long deadline, Runnable check) {
    List<Integer> missing = missing(store, size);
    while (!missing.isEmpty()) {
      check.run();
      pause(
          deadline,
          "of %d workers %s did not come within %d s"
              .formatted(size, missing, patience.toSeconds()));
      missing = missing(store, size);
    }
  }

  private static List<Integer> missing(TCPStore store, int size) {
    List<Integer> missing = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      try (StringVector keys = new StringVector(key("wants", rank))) {
        if (store.check(keys)) {
          requireSame(rank, store.get_to_str(key("wants", rank)), wanted(size));
        } else {
          missing.add(rank);
        }
      }
    }
    return missing;
  }

  private static void requireSame(int rank, String theirs, String own) {
    if (!theirs.equals(own)) {
      throw new TensorException(
          ErrorCode.WORKERS,
          "worker %d wants \"%s\", this one \"%s\"; give all the same --workers and version of Demur"
              .formatted(rank, theirs, own));
    }
  }

  private static ProcessGroupGloo group(
      TCPStore store, int rank, int size, InetAddress local, Duration patience) {
    try (Milliseconds timeout = new Milliseconds(patience.toMillis());
        ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(timeout);
        GlooDeviceVector devices =
            new GlooDeviceVector(
                ProcessGroupGloo.createDeviceForHostname(local.getHostAddress()))) {
      options.devices(devices);
      return new ProcessGroupGloo(store, rank, size, options);
    }
  }
}
