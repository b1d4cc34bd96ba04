package org.demur.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.harden.Crew;
import org.demur.tensor.Engine;
import org.demur.tensor.workers.Rendezvous;
import org.demur.tensor.workers.Workers;
import org.demur.train.HardeningMethod;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How many processes share a training, and how they find each other.
final class WorkerOptions {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int MOST_WORKERS = 64;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Processes that share the steps of every training, at most one per row and side"
              + " (default: 1). Without --rendezvous they are started on this machine and share"
              + " its threads, which on two cores is slower than one process.")
  private int workers = 1;

  @Option(
      names = "--rendezvous",
      paramLabel = "HOST:PORT",
      description =
          "Where worker 0 listens, an address of its machine (IPv4): start the same command once"
              + " for each worker, on any machine that reaches it, with its own --rank. Anybody"
              + " who reaches the workers can join or read: use it in a trusted network only.")
  private @Nullable String rendezvous;

  @Option(
      names = "--rank",
      paramLabel = "R",
      description =
          "Which worker this is, from 0, with --rendezvous. Worker 0 writes --out; the others"
              + " write nothing.")
  private @Nullable Integer rank;

  @Option(
      names = "--worker-timeout",
      paramLabel = "SECONDS",
      description =
          "How long workers wait for each other to come, and to answer in a step (default: 300).")
  private int timeout = 300;

  @Option(names = "--same-machine", hidden = true)
  private boolean sameMachine;

  /// Workers that found each other, and the processes that were started for it.
  ///
  /// @param crew what they share
  /// @param local processes on this machine
  record Group(Crew crew, Optional<LocalWorkers> local) implements AutoCloseable {
    @Override
    public void close() {
      crew.workers().close();
      local.ifPresent(LocalWorkers::awaitEnd);
    }
  }

  /// A place to meet, before the model is loaded, so that all workers load it at the same time.
  ///
  /// @param place where; empty for a process alone
  record Meeting(Optional<Rendezvous> place, Optional<LocalWorkers> local, WorkerOptions options)
      implements AutoCloseable {
    /// Meets the others.
    Group join() {
      Optional<Workers> met =
          place.map(
              there ->
                  there.join(
                      options.own(),
                      options.workers,
                      Duration.ofSeconds(options.timeout),
                      () -> local.ifPresent(LocalWorkers::check)));
      boolean sharing = local.isPresent() || options.sameMachine;
      int threads = sharing ? Math.max(1, Engine.threads() / options.workers) : 0;
      return new Group(new Crew(met.orElseGet(Workers::alone), threads), local);
    }

    /// Ends processes that were started and still run.
    @Override
    public void close() {
      local.ifPresent(LocalWorkers::close);
    }
  }

  /// Whether this worker writes and reports.
  boolean first() {
    return own() == 0;
  }

  private int own() {
    return rank == null ? 0 : rank;
  }

  /// Checks what can be checked before anything is started.
  void check(HardeningMethod method) {
    if (workers < 1 || workers > MOST_WORKERS || timeout < 1) {
      throw CliException.usage(
          "--workers %d must be 1 to %d, --worker-timeout %d at least 1"
              .formatted(workers, MOST_WORKERS, timeout));
    }
    if ((rendezvous == null) != (rank == null)) {
      throw CliException.usage(
          "--rendezvous and --rank go together: without both, --workers starts all workers here");
    }
    if (own() < 0 || own() >= workers) {
      throw CliException.usage(
          "--rank %d is not one of %d workers, 0 to %d".formatted(own(), workers, workers - 1));
    }
    if (workers > 1) {
      method.requireShareable(workers);
    }
  }

  /// Opens the place to meet; starts the other workers where they are to be on this machine.
  ///
  /// @param arguments of this process
  Meeting open(Context context, List<String> arguments) {
    if (workers == 1) {
      return new Meeting(Optional.empty(), Optional.empty(), this);
    }
    if (rendezvous != null) {
      int colon = rendezvous.lastIndexOf(':');
      String host = colon > 0 ? rendezvous.substring(0, colon) : "";
      int port = port(rendezvous.substring(colon + 1));
      if (host.isEmpty()) {
        throw CliException.usage("--rendezvous \"%s\" is not HOST:PORT".formatted(rendezvous));
      }
      Rendezvous place = first() ? Rendezvous.listening(host, port) : Rendezvous.at(host, port);
      return new Meeting(Optional.of(place), Optional.empty(), this);
    }
    Rendezvous place = Rendezvous.listening(LOOPBACK, 0);
    List<String> command = new ArrayList<>(ThisProgram.command());
    command.addAll(arguments);
    command.addAll(List.of("--rendezvous", LOOPBACK + ":" + place.port(), "--same-machine"));
    context.console().note("%d workers on this machine".formatted(workers));
    LocalWorkers local = new LocalWorkers(context.console(), command, workers);
    return new Meeting(Optional.of(place), Optional.of(local), this);
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port > 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw CliException.usage("\"%s\" is no port from 1 to 65535".formatted(text));
  }
}
