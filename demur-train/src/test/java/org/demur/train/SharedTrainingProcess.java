package org.demur.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.core.DemurException;
import org.demur.model.LanguageModel;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.demur.tensor.safetensors.SafetensorsFile;
import org.demur.tensor.safetensors.SafetensorsWriter;
import org.demur.tensor.workers.Rendezvous;
import org.demur.tensor.workers.Workers;

/// One worker of a shared training, for tests: trains the tiny model and writes its factors.
final class SharedTrainingProcess {
  private static final int STEPS = 5;

  /// At 1e-2 three workers with all forms end more than 1e-5 from one process; see docs/log.md.
  private static final double LEARNING_RATE = 1e-3;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private SharedTrainingProcess() {}

  /// What is trained.
  ///
  /// @param parts of every step
  static TrainingSettings settings(String method, int parts) {
    TrainingSettings plain = TinyTraining.plain(STEPS);
    TrainingSettings chosen =
        switch (method) {
          case "refat" -> TinyTraining.refat(STEPS);
          case "all-forms" -> plain.with(Optional.of(RefatSettings.BROAD.refreshing(2, 5)));
          case "deeprefusal" -> plain.with(DeepRefusalSettings.PUBLISHED);
          case "cat" -> plain.with(CatSettings.PUBLISHED);
          default -> plain;
        };
    return chosen.paced(LEARNING_RATE).inParts(parts, false);
  }

  /// Trains.
  ///
  /// @param args folder, method, dropout, what happens (nothing, killed, other-seed), number of
  ///   workers, rank
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    int size = Integer.parseInt(args[4]);
    int rank = Integer.parseInt(args[5]);
    TrainingSettings settings = settings(args[1], size);
    if (args[3].equals("other-seed") && rank == 1) {
      settings = settings.seeded(77);
    }
    Path checkpoint = folder.resolve("checkpoint" + rank + ".safetensors");
    try (Workers workers = rendezvous(folder, rank).join(rank, size, PATIENCE);
        LanguageModel model = TinyTraining.model(Double.parseDouble(args[2]));
        Trainer trainer =
            new Trainer(
                new Trainer.Subject(model, TinyTraining.ADAPTER, "tiny"),
                TinyTraining.data(),
                settings,
                new Trainer.Checkpoints(checkpoint, 100),
                workers)) {
      trainer.run(
          report -> {
            if (args[3].equals("killed") && rank == 1 && report.step() == 3) {
              Runtime.getRuntime().halt(137);
            }
          });
      write(model, folder.resolve("factors" + rank));
    } catch (DemurException e) {
      System.out.println(e.code() + ": " + e.getMessage());
    }
  }

  private static void write(LanguageModel model, Path file) {
    SafetensorsWriter writer = new SafetensorsWriter(file);
    TinyTraining.factors(model)
        .forEach((name, values) -> writer.add(name, List.of((long) values.length), values));
    writer.write();
  }

  /// What [#write] wrote.
  static Map<String, float[]> read(Path file) {
    Map<String, float[]> factors = new LinkedHashMap<>();
    try (SafetensorsFile stored = SafetensorsFile.open(file);
        Scope scope = Scope.open()) {
      for (String name : stored.tensors().keySet()) {
        factors.put(
            name, Tensors.ofStored(stored.tensor(name), DType.FLOAT32, Device.CPU).toFloats());
      }
    }
    return factors;
  }

  private static Rendezvous rendezvous(Path folder, int rank) throws IOException {
    Path file = folder.resolve("port");
    if (rank == 0) {
      Rendezvous listening = Rendezvous.listening("127.0.0.1", 0);
      Files.writeString(folder.resolve("draft"), "" + listening.port());
      Files.move(folder.resolve("draft"), file);
      return listening;
    }
    try {
      while (!Files.exists(file)) {
        Thread.sleep(20);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return Rendezvous.at("127.0.0.1", Integer.parseInt(Files.readString(file)));
  }
}
