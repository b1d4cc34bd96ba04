package org.demur.tensor.workers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.demur.tensor.TensorException;

/// A worker in a process of its own; the first one writes the port at which it listens into a file.
/// What happened is the last line of its output.
final class WorkerProcess {
  private static final Duration PATIENCE = Duration.ofSeconds(6);

  private WorkerProcess() {}

  /// Works.
  ///
  /// @param args what to do, the file with the port, the rank, and the number of workers
  public static void main(String[] args) throws IOException, InterruptedException {
    Path file = Path.of(args[1]);
    int rank = Integer.parseInt(args[2]);
    int size = Integer.parseInt(args[3]);
    String said;
    try (Workers workers = rendezvous(file, rank).join(rank, size, PATIENCE)) {
      said =
          switch (args[0]) {
            case "together" -> together(workers);
            case "killed" -> sums(workers, () -> Runtime.getRuntime().halt(137));
            case "stuck" -> sums(workers, () -> sleep(60_000));
            case "killed-while-away" -> away(workers);
            default -> throw new IllegalArgumentException(args[0]);
          };
    } catch (TensorException e) {
      said = e.code() + ": " + e.getMessage();
    }
    System.out.println(said);
  }

  private static Rendezvous rendezvous(Path file, int rank) throws IOException {
    if (rank > 0) {
      while (!Files.exists(file)) {
        sleep(20);
      }
      String port = Files.readString(file, StandardCharsets.UTF_8);
      return Rendezvous.at("127.0.0.1", Integer.parseInt(port));
    }
    Rendezvous listening = Rendezvous.listening("127.0.0.1", 0);
    Path draft = file.resolveSibling("draft");
    Files.writeString(draft, "" + listening.port());
    Files.move(draft, file);
    return listening;
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Everything that workers do; the first one is away for longer than the others' patience.
  private static String together(Workers workers) {
    float[] numbers = {workers.rank() + 1, .1f, 0};
    workers.sum(numbers);
    double[] exact = {workers.rank() + .25};
    workers.sum(exact);
    byte[] message;
    if (workers.first()) {
      workers.dismiss();
      sleep(2 * (int) PATIENCE.toMillis());
      message = new byte[] {1, 2, 3};
      workers.call(message);
    } else {
      message = workers.await();
    }
    return Arrays.toString(numbers)
        + Arrays.toString(exact)
        + workers.texts("ä" + workers.rank())
        + Arrays.toString(message);
  }

  private static String sums(Workers workers, Runnable accident) {
    for (int i = 0; i < 5; i++) {
      workers.sum(new float[10]);
      if (i == 2 && workers.rank() == workers.size() - 1) {
        accident.run();
      }
    }
    return "done";
  }

  private static String away(Workers workers) {
    if (workers.first()) {
      workers.dismiss();
      sleep(500);
      Runtime.getRuntime().halt(137);
    }
    workers.await();
    return "called";
  }
}
