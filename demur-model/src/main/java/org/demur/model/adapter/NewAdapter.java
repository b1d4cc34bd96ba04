package org.demur.model.adapter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.model.config.ModelException;
import org.demur.model.decoder.LowRank;
import org.demur.model.decoder.Projection;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// Makes the factors of an adapter that is to be trained.
final class NewAdapter {
  private final Map<String, Projection> projections;
  private final Device device;

  NewAdapter(Map<String, Projection> projections, Device device) {
    this.projections = projections;
    this.device = device;
  }

  /// The factors belong to the innermost scope.
  Adapter make(LoraConfig config, List<String> targets, RandomGenerator random) {
    check(targets);
    Map<String, LowRank> changes = new LinkedHashMap<>();
    projections.forEach(
        (module, projection) -> {
          if (targets.stream().anyMatch(target -> fits(module, target))) {
            changes.put(module, untrained(config, module, projection, random));
          }
        });
    return new Adapter(config, changes);
  }

  private void check(List<String> targets) {
    TreeSet<String> known = new TreeSet<>();
    projections
        .keySet()
        .forEach(module -> known.add(module.substring(module.lastIndexOf('.') + 1)));
    List<String> unknown = new ArrayList<>();
    for (String target : targets) {
      if (projections.keySet().stream().noneMatch(module -> fits(module, target))) {
        unknown.add("\"" + target + "\"" + Suggestions.hint(target, known));
      }
    }
    if (targets.isEmpty() || !unknown.isEmpty()) {
      throw new ModelException(
          ErrorCode.ADAPTER,
          "an adapter needs linear maps of the model, which has %s; %s"
              .formatted(
                  String.join(", ", known),
                  targets.isEmpty()
                      ? "none are named"
                      : "it has no " + String.join(", ", unknown)));
    }
  }

  private static boolean fits(String module, String target) {
    return module.equals(target) || module.endsWith("." + target);
  }

  private LowRank untrained(
      LoraConfig config, String module, Projection projection, RandomGenerator random) {
    int rank = config.rank(module);
    int in = (int) projection.weight().inputs();
    float[] numbers = new float[rank * in];
    double bound = 1 / Math.sqrt(in);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
    Tensor a = Tensors.ofFloats(numbers, device, rank, in);
    Tensor b = Tensors.zeros(DType.FLOAT32, device, projection.weight().outputs(), rank);
    return new LowRank(a, b, config.scale(module, rank), config.dropout());
  }
}
