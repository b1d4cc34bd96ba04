package org.demur.model;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.demur.model.adapter.LoraConfig;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// Tiny models with an adapter whose gradients are wanted, and rows for them.
final class TrainedTiny {
  static final List<Prompt> ROWS =
      List.of(
          new Prompt(TinyModel.ids(9, 1), 4, -1),
          new Prompt(TinyModel.ids(6, 2), 3, -1),
          new Prompt(TinyModel.ids(9, 3), 5, -1));

  private TrainedTiny() {}

  static Stream<TinyModel> families() {
    // heads of 8 suit the kernels, which have gradients of their own
    return Stream.of(
        TinyModel.llama(),
        TinyModel.gemma2(),
        TinyModel.phi3(),
        TinyModel.qwen2(),
        TinyModel.llama().with("head_dim", 8),
        TinyModel.gemma2().with("head_dim", 8),
        TinyModel.qwen2().with("head_dim", 8),
        TinyModel.qwen3().with("head_dim", 8),
        TinyModel.granite().with("head_dim", 8),
        TinyModel.phi3().with("head_dim", 8).without("rope_scaling"));
  }

  /// A model with an adapter on whose factors are all different from zero.
  static LanguageModel load(TinyModel tiny, Path folder, double dropout) {
    return load(tiny, folder, dropout, DType.FLOAT32);
  }

  /// The same with the weights of the base in a type.
  static LanguageModel load(TinyModel tiny, Path folder, double dropout, DType type) {
    LanguageModel model = tiny.load(folder, type);
    boolean fused = model.weights().find("model.layers.0.self_attn.qkv_proj.weight").isPresent();
    List<String> targets =
        fused
            ? List.of("qkv_proj", "o_proj", "gate_up_proj", "down_proj")
            : List.of("q_proj", "v_proj", "o_proj", "up_proj", "down_proj");
    model.adapters().create("a", LoraConfig.of(2, 4, dropout), targets, new SplittableRandom(3));
    model.adapters().activate(List.of("a"));
    SplittableRandom random = new SplittableRandom(4);
    try (Scope scope = Scope.open();
        Autograd off = Autograd.off()) {
      for (Tensor factor : model.adapters().parameters("a").values()) {
        float[] numbers = new float[(int) factor.elementCount()];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = (float) (random.nextDouble() - 0.5);
        }
        long[] shape = factor.shape().stream().mapToLong(Long::longValue).toArray();
        factor.assign(Tensors.ofFloats(numbers, model.device(), shape));
      }
    }
    model.adapters().parameters("a").values().forEach(factor -> factor.requireGrad(true));
    return model;
  }

  /// Takes the gradients of the factors and forgets them.
  static Map<String, float[]> takenGradients(LanguageModel model) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      model
          .adapters()
          .parameters("a")
          .forEach(
              (name, factor) -> {
                gradients.put(name, factor.grad().toFloats());
                factor.clearGrad();
              });
    }
    return gradients;
  }
}
