package org.demur.model.weights;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.model.config.Architecture;
import org.demur.model.config.ModelException;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.EightBit;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// The weights of a loaded model, by their Hugging Face names.
///
/// Owns their native memory until it is closed.
public final class ModelWeights implements AutoCloseable {
  private static final int MAX_NAMED = 8;

  private final Scope scope = Scope.detached();
  private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
  private final Map<String, Tensor> joined = new HashMap<>();

  private ModelWeights() {}

  /// Loads all weights of an architecture.
  ///
  /// Names and shapes are compared before anything is allocated.
  ///
  /// @throws ModelException with [ErrorCode#MODEL_WEIGHTS] for missing, unexpected or misshapen
  ///   tensors, and for values that are not finite
  public static ModelWeights load(
      WeightSource source, Architecture architecture, DType type, Device device) {
    SequencedMap<String, List<Long>> expected = WeightLayout.of(architecture);
    compare(source.path(), expected, source.shapes(), architecture.tiedHead());
    ModelWeights weights = new ModelWeights();
    try {
      for (String name : expected.keySet()) {
        weights.add(name, source, type, device);
        weights.joinAfter(name);
      }
      return weights;
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  private void add(String name, WeightSource source, DType type, Device device) {
    try (Scope step = Scope.open()) {
      Tensor loaded = loaded(name, source, type, device);
      if (!finite(loaded)) {
        throw new ModelException(
            ErrorCode.MODEL_WEIGHTS,
            "%s: tensor %s holds values that are not finite (NaN or infinity)"
                .formatted(source.path(), name));
      }
      tensors.put(name, scope.adopt(loaded));
    }
  }

  private static Tensor loaded(String name, WeightSource source, DType type, Device device) {
    boolean blocks =
        type == DType.Q8_0 && EightBit.fits(source.shapes().getOrDefault(name, List.of()));
    return blocks ? source.loadEightBit(name) : source.load(name, type.activations(), device);
  }

  private static boolean finite(Tensor loaded) {
    if (loaded.dtype() == DType.Q8_0) {
      return EightBit.finite(loaded);
    }
    // one pass without a copy: a sum is finite exactly when no element is infinite or NaN
    return Double.isFinite(loaded.sum().item()) || loaded.allFinite();
  }

  /// Puts weights that have the same input next to each other, so that one product serves them all;
  /// under their own names they stay as views.
  ///
  /// It happens as soon as the last of them is there, so that the next weights are unpacked into
  /// the memory that is free again: memory that is touched for the first time costs more than the
  /// copy.
  private void joinAfter(String name) {
    joinAfter(name, ".self_attn.", List.of("q_proj", "k_proj", "v_proj"));
    joinAfter(name, ".mlp.", List.of("gate_proj", "up_proj"));
  }

  private void joinAfter(String name, String module, List<String> parts) {
    String last = parts.getLast() + ".weight";
    if (name.endsWith(module + last)) {
      join(name.substring(0, name.length() - last.length()), parts);
    }
  }

  private void join(String prefix, List<String> parts) {
    List<String> names = parts.stream().map(part -> prefix + part + ".weight").toList();
    if (!tensors.keySet().containsAll(names)) {
      return;
    }
    try (Scope step = Scope.open()) {
      List<Tensor> separate = names.stream().map(this::get).toList();
      Tensor together = scope.adopt(Tensors.concatenate(separate, 0));
      joined.put(prefix + parts, together);
      long row = 0;
      for (int i = 0; i < names.size(); i++) {
        long rows = separate.get(i).size(0);
        tensors.put(names.get(i), scope.adopt(together.narrow(0, row, rows)));
        scope.release(separate.get(i));
        row += rows;
      }
    }
  }

  /// Weights of projections with the same input as one, `[sum of out, in]`.
  ///
  /// @param names of the projections' weights, in order
  /// @throws ModelException as [#get]
  public LinearWeight together(List<String> names) {
    if (names.size() == 1) {
      return linear(names.getFirst());
    }
    String first = names.getFirst();
    String module = first.substring(0, first.lastIndexOf('.'));
    String prefix = module.substring(0, module.lastIndexOf('.') + 1);
    List<String> parts =
        names.stream()
            .map(name -> name.substring(prefix.length(), name.length() - ".weight".length()))
            .toList();
    Tensor found = joined.get(prefix + parts);
    if (found == null) {
      throw new ModelException(
          ErrorCode.MODEL_WEIGHTS, "the weights %s do not lie next to each other".formatted(names));
    }
    return new LinearWeight(found);
  }

  /// The matrix of a linear map, or the embedding.
  ///
  /// @throws ModelException as [#get]
  public LinearWeight linear(String name) {
    return new LinearWeight(get(name));
  }

  private static void compare(
      Path path,
      Map<String, List<Long>> expected,
      Map<String, List<Long>> found,
      boolean tiedHead) {
    List<String> problems = new ArrayList<>();
    List<String> unexpected =
        found.keySet().stream()
            .filter(name -> !expected.containsKey(name) && !ignorable(name, tiedHead))
            .sorted()
            .toList();
    List<String> missing =
        expected.keySet().stream().filter(name -> !found.containsKey(name)).toList();
    missing.stream()
        .limit(MAX_NAMED)
        .forEach(name -> problems.add("missing " + name + Suggestions.hint(name, unexpected)));
    more(problems, missing.size(), "missing");
    unexpected.stream().limit(MAX_NAMED).forEach(name -> problems.add("unexpected " + name));
    more(problems, unexpected.size(), "unexpected");
    expected.forEach(
        (name, shape) -> {
          List<Long> actual = found.get(name);
          if (actual != null && !actual.equals(shape) && problems.size() < 3 * MAX_NAMED) {
            problems.add(
                "%s has shape %s, but the configuration says %s".formatted(name, actual, shape));
          }
        });
    if (!problems.isEmpty()) {
      throw new ModelException(
          ErrorCode.MODEL_WEIGHTS,
          "%s does not fit its configuration: %s".formatted(path, String.join("; ", problems)));
    }
  }

  private static void more(List<String> problems, int count, String kind) {
    if (count > MAX_NAMED) {
      problems.add("and " + (count - MAX_NAMED) + " more " + kind);
    }
  }

  /// Buffers that older checkpoints carry along, and the copy of a tied head.
  private static boolean ignorable(String name, boolean tiedHead) {
    return name.endsWith("rotary_emb.inv_freq") || (tiedHead && name.equals(WeightLayout.HEAD));
  }

  /// A weight as it is held: a matrix of a model with 8-bit weights is one of blocks.
  ///
  /// @throws ModelException with [ErrorCode#MODEL_WEIGHTS] when there is none of that name
  public Tensor get(String name) {
    Tensor found = tensors.get(name);
    if (found == null) {
      throw new ModelException(
          ErrorCode.MODEL_WEIGHTS,
          "the model has no weight \"%s\"%s"
              .formatted(name, Suggestions.hint(name, tensors.keySet())));
    }
    return found;
  }

  /// A weight, if the model has it.
  public Optional<Tensor> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  /// All weights in forward order.
  public SequencedMap<String, Tensor> all() {
    return Collections.unmodifiableSequencedMap(tensors);
  }

  /// Numbers in all weights.
  public long parameterCount() {
    return tensors.values().stream()
        .mapToLong(
            tensor ->
                tensor.rank() == 2
                    ? new LinearWeight(tensor).elementCount()
                    : tensor.elementCount())
        .sum();
  }

  /// Frees the native memory.
  @Override
  public void close() {
    scope.close();
  }
}
