package org.demur.model.adapter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.model.config.ConfigJson;
import org.demur.model.config.ModelException;
import org.demur.model.decoder.LowRank;
import org.demur.model.decoder.Projection;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.safetensors.SafetensorsFile;

/// The adapters of one model: loaded ones, and which of them are on.
///
/// The base stays untouched: with no adapter on it computes bit for bit what it did before any was
/// loaded. Low-rank factors are kept in single precision whatever the model's type.
public final class Adapters implements AutoCloseable {
  private static final String PREFIX = "base_model.model.";
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";

  private final Scope scope = Scope.detached();
  private final Map<String, Projection> projections = new LinkedHashMap<>();
  private final SequencedMap<String, Map<String, LowRank>> loaded = new LinkedHashMap<>();
  private final Device device;
  private List<String> active = List.of();

  /// For the linear maps of a model.
  public Adapters(List<Projection> projections, Device device) {
    projections.forEach(projection -> this.projections.put(projection.name(), projection));
    this.device = device;
  }

  /// Loads the adapter of a PEFT folder under a name and leaves it off.
  ///
  /// @param name what to call it
  /// @param folder with `adapter_config.json` and `adapter_model.safetensors`
  /// @throws ModelException with [ErrorCode#ADAPTER] when it belongs to another model or uses what
  ///   is not supported, or when the name is taken
  public void load(String name, Path folder) {
    if (loaded.containsKey(name)) {
      throw new ModelException(
          ErrorCode.ADAPTER, "an adapter \"" + name + "\" is already loaded; choose another name");
    }
    LoraConfig config = LoraConfig.read(ConfigJson.read(folder.resolve("adapter_config.json")));
    Path file = folder.resolve("adapter_model.safetensors");
    try (SafetensorsFile weights = SafetensorsFile.open(file);
        Scope step = Scope.open()) {
      Map<String, StoredTensor> factors = new TreeMap<>();
      weights.tensors().forEach((key, stored) -> factors.put(withoutPrefix(key), stored));
      Map<String, LowRank> changes = changes(file, config, factors);
      // kept only when all of them could be loaded
      changes.values().forEach(change -> List.of(change.a(), change.b()).forEach(scope::adopt));
      loaded.put(name, changes);
    }
  }

  private static String withoutPrefix(String key) {
    return key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
  }

  private Map<String, LowRank> changes(
      Path file, LoraConfig config, Map<String, StoredTensor> factors) {
    Map<String, LowRank> changes = new HashMap<>();
    List<String> problems = new ArrayList<>();
    TreeSet<String> modules = new TreeSet<>();
    for (String key : factors.keySet()) {
      if (!key.endsWith(A) && !key.endsWith(B)) {
        problems.add("tensor " + key + " is not a low-rank factor of a linear map");
      } else {
        modules.add(key.substring(0, key.length() - A.length()));
      }
    }
    for (String module : modules) {
      StoredTensor a = factors.get(module + A);
      StoredTensor b = factors.get(module + B);
      Projection target = projections.get(module);
      if (target == null) {
        problems.add(
            "the model has no linear map "
                + module
                + Suggestions.hint(module, projections.keySet()));
      } else if (a == null || b == null) {
        problems.add(module + " has only one of its two factors");
      } else if (!fits(a, b, target, config.rank(module))) {
        problems.add(
            "%s has factors %s and %s of rank %d, but the model's weight is %s"
                .formatted(
                    module,
                    a.shape(),
                    b.shape(),
                    config.rank(module),
                    List.of(target.weight().outputs(), target.weight().inputs())));
      } else if (problems.isEmpty()) {
        changes.put(module, lowRank(config, module, a, b));
      }
    }
    if (modules.isEmpty()) {
      problems.add("it holds no low-rank factor");
    }
    if (!problems.isEmpty()) {
      throw new ModelException(
          ErrorCode.ADAPTER,
          "%s is no adapter for this model%s: %s%s"
              .formatted(
                  file,
                  config.baseModel().map(base -> " (it was made for " + base + ")").orElse(""),
                  String.join("; ", problems.subList(0, Math.min(5, problems.size()))),
                  problems.size() > 5 ? "; and " + (problems.size() - 5) + " more" : ""));
    }
    return changes;
  }

  private void release(LowRank change) {
    scope.release(change.a());
    scope.release(change.b());
  }

  private static boolean fits(StoredTensor a, StoredTensor b, Projection target, int rank) {
    return a.shape().size() == 2
        && b.shape().size() == 2
        && a.shape().get(0) == rank
        && b.shape().get(1) == rank
        && a.shape().get(1) == target.weight().inputs()
        && b.shape().get(0) == target.weight().outputs();
  }

  private LowRank lowRank(LoraConfig config, String module, StoredTensor a, StoredTensor b) {
    Tensor loadedA = Tensors.ofStored(a, DType.FLOAT32, device);
    Tensor loadedB = Tensors.ofStored(b, DType.FLOAT32, device);
    if (!loadedA.allFinite() || !loadedB.allFinite()) {
      throw new ModelException(
          ErrorCode.ADAPTER,
          "the factors of " + module + " hold values that are not finite (NaN or infinity)");
    }
    return new LowRank(loadedA, loadedB, config.scale(module, config.rank(module)));
  }

  /// Names of the loaded adapters, in the order of loading.
  public List<String> names() {
    return List.copyOf(loaded.keySet());
  }

  /// Names of the adapters that are on.
  public List<String> active() {
    return active;
  }

  /// Switches exactly the given adapters on; their changes add up.
  ///
  /// @throws ModelException with [ErrorCode#ADAPTER] for a name that is not loaded
  public void activate(List<String> names) {
    for (String name : names) {
      if (!loaded.containsKey(name)) {
        throw new ModelException(
            ErrorCode.ADAPTER,
            "no adapter \"%s\" is loaded; loaded: %s".formatted(name, loaded.keySet()));
      }
    }
    active = List.copyOf(names);
    projections.forEach(
        (module, projection) -> {
          List<LowRank> changes = new ArrayList<>();
          for (String name : active) {
            LowRank change = loaded.getOrDefault(name, Map.of()).get(module);
            if (change != null) {
              changes.add(change);
            }
          }
          projection.setChanges(changes);
        });
  }

  /// Adds a loaded adapter into the weights for good and forgets it.
  ///
  /// The base is changed: nothing but loading the model again brings it back.
  public void merge(String name) {
    activate(active.stream().filter(other -> !other.equals(name)).toList());
    Map<String, LowRank> changes = loaded.get(name);
    if (changes == null) {
      throw new ModelException(ErrorCode.ADAPTER, "no adapter \"" + name + "\" is loaded");
    }
    loaded.remove(name);
    try (Autograd off = Autograd.off()) {
      changes.forEach(
          (module, change) -> {
            try (Scope step = Scope.open()) {
              Projection projection = projections.get(module);
              if (projection != null) {
                Tensor weight = projection.weight().changeable();
                Tensor sum = weight.to(DType.FLOAT32).add(change.weightChange());
                weight.assign(sum.to(weight.dtype()));
              }
            }
            release(change);
          });
    }
  }

  /// Factors of a loaded adapter by module, for training.
  public Map<String, LowRank> factors(String name) {
    return Map.copyOf(loaded.getOrDefault(name, Map.of()));
  }

  /// Frees the factors.
  @Override
  public void close() {
    scope.close();
  }
}
