package org.demur.model.adapter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.model.decoder.LowRank;
import org.demur.model.decoder.Projection;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;

/// The adapters of one model: loaded ones, and which of them are on.
///
/// The base stays untouched: with no adapter on it computes bit for bit what it did before any was
/// loaded. Low-rank factors are kept in single precision whatever the model's type.
public final class Adapters implements AutoCloseable {
  private final Scope scope = Scope.detached();
  private final Map<String, Projection> projections = new LinkedHashMap<>();
  private final SequencedMap<String, Adapter> loaded = new LinkedHashMap<>();
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
    requireFree(name);
    try (Scope step = Scope.open()) {
      keep(name, new AdapterReader(projections, device).read(folder));
    }
  }

  /// Makes an adapter that changes nothing yet and leaves it off: A is random, B zero.
  ///
  /// A is uniform in `[-1, 1] / sqrt(in)`, as the peft library draws it.
  ///
  /// @param name what to call it
  /// @param config rank, alpha, dropout
  /// @param targets ends of the names of the linear maps that it changes, such as `q_proj`
  /// @param random where A comes from
  /// @throws ModelException with [ErrorCode#ADAPTER] when the name is taken, or a target fits no
  ///   linear map
  public void create(String name, LoraConfig config, List<String> targets, RandomGenerator random) {
    requireFree(name);
    try (Scope step = Scope.open()) {
      keep(name, new NewAdapter(projections, device).make(config, targets, random));
    }
  }

  /// Keeps a loaded adapter as it is now under another name, off and without gradients.
  ///
  /// @throws ModelException with [ErrorCode#ADAPTER] for a name that is not loaded or one that is
  ///   taken
  public void copy(String from, String to) {
    requireFree(to);
    Adapter given = adapter(from);
    try (Scope step = Scope.open()) {
      Map<String, LowRank> changes = new LinkedHashMap<>();
      given
          .changes()
          .forEach(
              (module, change) ->
                  changes.put(
                      module,
                      new LowRank(
                          change.a().detach().copy(),
                          change.b().detach().copy(),
                          change.scale(),
                          change.dropout())));
      keep(to, new Adapter(given.config(), changes));
    }
  }

  private void requireFree(String name) {
    if (loaded.containsKey(name)) {
      throw new ModelException(
          ErrorCode.ADAPTER, "an adapter \"" + name + "\" is already loaded; choose another name");
    }
  }

  /// Kept only when all of its factors could be made.
  private void keep(String name, Adapter adapter) {
    adapter.changes().values().stream()
        .flatMap(change -> Stream.of(change.a(), change.b()))
        .forEach(scope::adopt);
    loaded.put(name, adapter);
  }

  private void release(LowRank change) {
    scope.release(change.a());
    scope.release(change.b());
  }

  /// Last parts of the names of the linear maps that an adapter can change, such as `q_proj`.
  public List<String> targets() {
    return projections.keySet().stream()
        .map(module -> module.substring(module.lastIndexOf('.') + 1))
        .distinct()
        .sorted()
        .toList();
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
            LowRank change = adapter(name).changes().get(module);
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
    Map<String, LowRank> changes = adapter(name).changes();
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

  /// Forgets a loaded adapter and frees its factors; the others stay as they are.
  ///
  /// The model computes bit for bit what it would without the adapter ever having been loaded.
  ///
  /// @throws ModelException with [ErrorCode#ADAPTER] for a name that is not loaded
  public void unload(String name) {
    Adapter gone = adapter(name);
    activate(active.stream().filter(other -> !other.equals(name)).toList());
    loaded.remove(name);
    gone.changes().values().forEach(this::release);
  }

  private Adapter adapter(String name) {
    Adapter found = loaded.get(name);
    if (found == null) {
      throw new ModelException(ErrorCode.ADAPTER, "no adapter \"" + name + "\" is loaded");
    }
    return found;
  }

  /// Factors of a loaded adapter by module; none when it is not loaded.
  public Map<String, LowRank> factors(String name) {
    Adapter found = loaded.get(name);
    return found == null ? Map.of() : found.changes();
  }

  /// Factors of a loaded adapter by their names in a PEFT file, in forward order, A before B.
  public SequencedMap<String, Tensor> parameters(String name) {
    SequencedMap<String, Tensor> parameters = new LinkedHashMap<>();
    adapter(name)
        .changes()
        .forEach(
            (module, change) -> {
              parameters.put(PeftNames.PREFIX + module + PeftNames.A, change.a());
              parameters.put(PeftNames.PREFIX + module + PeftNames.B, change.b());
            });
    return parameters;
  }

  /// Writes a loaded adapter as a PEFT folder, which the peft library and [#load] read.
  ///
  /// @param base name of the model that it belongs to
  /// @throws org.demur.core.DemurException with `IO` when it cannot be written
  public void save(String name, Path folder, String base) {
    AdapterIo.write(adapter(name), projections.keySet(), folder, base);
  }

  /// Frees the factors.
  @Override
  public void close() {
    scope.close();
  }
}
