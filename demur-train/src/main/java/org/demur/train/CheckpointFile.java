package org.demur.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import org.demur.core.ErrorCode;
import org.demur.model.intervention.LayerVectors;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensors;
import org.demur.tensor.safetensors.SafetensorsFile;
import org.demur.tensor.safetensors.SafetensorsWriter;

/// Writes and reads a checkpoint: one safetensors file, which appears under its name only when it
/// is complete, so that a run killed at any moment leaves the one before or the new one.
final class CheckpointFile {
  private static final String FORMAT = "demur-checkpoint-1";
  private static final String SETTING = "setting.";
  private static final String VALUE = "value.";
  private static final String FIRST = "first.";
  private static final String SECOND = "second.";

  private CheckpointFile() {}

  static void write(Path file, Checkpoint checkpoint) {
    SafetensorsWriter writer =
        new SafetensorsWriter(file)
            .metadata("format", FORMAT)
            .metadata("steps", "" + checkpoint.steps())
            .metadata("firstLoss", "" + checkpoint.firstLoss());
    checkpoint.configuration().forEach((name, value) -> writer.metadata(SETTING + name, value));
    checkpoint
        .parameters()
        .forEach(
            (name, moments) -> {
              writer.add(VALUE + name, length(moments.value()), moments.value());
              writer.add(FIRST + name, length(moments.first()), moments.first());
              writer.add(SECOND + name, length(moments.second()), moments.second());
            });
    checkpoint.state().forEach((name, vectors) -> add(writer, name, vectors));
    writer.write();
  }

  /// What the run of a checkpoint was configured with.
  ///
  /// @param same names of settings that must be as in `now`
  /// @throws TrainException with `RUN_MISMATCH` when one of them is not
  static SequencedMap<String, String> configuration(
      Path file, Map<String, String> now, Set<String> same) {
    try (SafetensorsFile stored = SafetensorsFile.open(file)) {
      SequencedMap<String, String> settings = settings(file, stored);
      Map<String, String> before = new LinkedHashMap<>(settings);
      before.keySet().retainAll(same);
      Map<String, String> then = new LinkedHashMap<>(now);
      then.keySet().retainAll(same);
      requireSame(file, before, then);
      return settings;
    }
  }

  private static List<Long> length(float... values) {
    return List.of((long) values.length);
  }

  private static void add(SafetensorsWriter writer, String name, LayerVectors vectors) {
    writer.add(name, List.of((long) vectors.count(), (long) vectors.width()), vectors.values());
  }

  /// Reads a checkpoint.
  ///
  /// @param configuration what the run is to be continued with
  /// @param names factors of the adapter
  /// @return nothing when there is no such file
  /// @throws TrainException when it belongs to a run of another configuration; the differences are
  ///   listed
  static Optional<Checkpoint> read(
      Path file, Map<String, String> configuration, Iterable<String> names) {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (SafetensorsFile stored = SafetensorsFile.open(file);
        Scope scope = Scope.open()) {
      SequencedMap<String, String> settings = settings(file, stored);
      requireSame(file, settings, configuration);
      SequencedMap<String, Checkpoint.Moments> parameters = new LinkedHashMap<>();
      for (String name : names) {
        parameters.put(
            name,
            new Checkpoint.Moments(
                floats(stored, VALUE + name),
                floats(stored, FIRST + name),
                floats(stored, SECOND + name)));
      }
      return Optional.of(
          new Checkpoint(
              (int) number(file, stored, "steps"),
              number(file, stored, "firstLoss"),
              settings,
              parameters,
              state(stored)));
    }
  }

  private static SequencedMap<String, String> settings(Path file, SafetensorsFile stored) {
    String format = stored.metadata().getOrDefault("format", "missing");
    if (!format.equals(FORMAT)) {
      throw new TrainException(
          ErrorCode.FILE_FORMAT,
          "%s is no checkpoint: its format is \"%s\", not \"%s\"".formatted(file, format, FORMAT));
    }
    SequencedMap<String, String> settings = new LinkedHashMap<>();
    stored
        .metadata()
        .forEach(
            (key, value) -> {
              if (key.startsWith(SETTING)) {
                settings.put(key.substring(SETTING.length()), value);
              }
            });
    return settings;
  }

  private static double number(Path file, SafetensorsFile stored, String key) {
    String text = stored.metadata().getOrDefault(key, "");
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new TrainException(
          ErrorCode.FILE_FORMAT, "%s: %s is \"%s\", no number".formatted(file, key, text), e);
    }
  }

  private static void requireSame(Path file, Map<String, String> before, Map<String, String> now) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String old = before.getOrDefault(name, "not set");
      String asked = now.getOrDefault(name, "not set");
      if (!Objects.equals(old, asked)) {
        differences.add("%s was %s, now %s".formatted(name, old, asked));
      }
    }
    if (!differences.isEmpty()) {
      throw new TrainException(
          ErrorCode.RUN_MISMATCH,
          "%s is of a run with another configuration and cannot be continued with this one: %s"
              .formatted(file, String.join("; ", differences)));
    }
  }

  private static float[] floats(SafetensorsFile stored, String key) {
    return Tensors.ofStored(stored.tensor(key), DType.FLOAT32, Device.CPU).toFloats();
  }

  /// Everything that is neither a factor nor a moment: the method's own.
  private static SequencedMap<String, LayerVectors> state(SafetensorsFile stored) {
    SequencedMap<String, LayerVectors> state = new LinkedHashMap<>();
    for (String name : stored.tensors().keySet()) {
      if (!name.startsWith(VALUE) && !name.startsWith(FIRST) && !name.startsWith(SECOND)) {
        state.put(name, vectors(stored, name));
      }
    }
    return state;
  }

  private static LayerVectors vectors(SafetensorsFile stored, String key) {
    int width = Math.toIntExact(stored.tensor(key).shape().getLast());
    return LayerVectors.perLayer(width, floats(stored, key));
  }
}
