package org.demur.model.adapter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.model.config.ConfigJson;
import org.demur.model.config.ModelException;
import org.demur.model.decoder.LowRank;
import org.demur.model.decoder.Projection;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;
import org.demur.tensor.file.StoredTensor;
import org.demur.tensor.safetensors.SafetensorsFile;

/// Reads the adapter of a PEFT folder and checks it against the linear maps of a model.
final class AdapterReader {
  private final Map<String, Projection> projections;
  private final Device device;

  AdapterReader(Map<String, Projection> projections, Device device) {
    this.projections = projections;
    this.device = device;
  }

  /// Reads a folder; the factors belong to the innermost scope.
  ///
  /// @throws ModelException with [ErrorCode#ADAPTER] when it belongs to another model or uses what
  ///   is not supported
  Adapter read(Path folder) {
    LoraConfig config = LoraConfig.read(ConfigJson.read(folder.resolve(PeftNames.CONFIGURATION)));
    Path file = folder.resolve(PeftNames.WEIGHTS);
    try (SafetensorsFile weights = SafetensorsFile.open(file)) {
      Map<String, StoredTensor> factors = new TreeMap<>();
      weights.tensors().forEach((key, stored) -> factors.put(withoutPrefix(key), stored));
      Map<String, LowRank> changes = changes(file, config, factors);
      Map<String, LowRank> ordered = new LinkedHashMap<>();
      for (String module : projections.keySet()) {
        LowRank change = changes.get(module);
        if (change != null) {
          ordered.put(module, change);
        }
      }
      return new Adapter(config, ordered);
    }
  }

  private static String withoutPrefix(String key) {
    return key.startsWith(PeftNames.PREFIX) ? key.substring(PeftNames.PREFIX.length()) : key;
  }

  private Map<String, LowRank> changes(
      Path file, LoraConfig config, Map<String, StoredTensor> factors) {
    Map<String, LowRank> changes = new TreeMap<>();
    List<String> problems = new ArrayList<>();
    TreeSet<String> modules = new TreeSet<>();
    for (String key : factors.keySet()) {
      if (!key.endsWith(PeftNames.A) && !key.endsWith(PeftNames.B)) {
        problems.add("tensor " + key + " is not a low-rank factor of a linear map");
      } else {
        modules.add(key.substring(0, key.length() - PeftNames.A.length()));
      }
    }
    for (String module : modules) {
      StoredTensor a = factors.get(module + PeftNames.A);
      StoredTensor b = factors.get(module + PeftNames.B);
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
    return new LowRank(
        loadedA, loadedB, config.scale(module, config.rank(module)), config.dropout());
  }
}
