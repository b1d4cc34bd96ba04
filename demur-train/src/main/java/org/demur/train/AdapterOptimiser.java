package org.demur.train;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.demur.model.LanguageModel;
import org.demur.tensor.AdamWRule;
import org.demur.tensor.Autograd;
import org.demur.tensor.DType;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// AdamW over the factors of an adapter, with the norm of their gradients bounded.
///
/// **Ownership.** Owns the moments until it is closed; the factors stay with the model.
public final class AdapterOptimiser implements AutoCloseable {
  /// What torch adds to a norm before it divides by it.
  private static final double NORM_FLOOR = 1e-6;

  private final Scope owned = Scope.detached();
  private final SequencedMap<String, AdamWRule.Trained> parameters = new LinkedHashMap<>();
  private final AdamWRule rule;
  private int steps;

  /// Marks the factors of a loaded adapter as trained; moments start at zero.
  ///
  /// @param adapter its name in the model
  public AdapterOptimiser(LanguageModel model, String adapter, AdamWRule rule) {
    this.rule = rule;
    try (Scope scope = Scope.open()) {
      model
          .adapters()
          .parameters(adapter)
          .forEach((name, value) -> parameters.put(name, trained(value.requireGrad(true))));
    }
  }

  private AdamWRule.Trained trained(Tensor value) {
    return new AdamWRule.Trained(value, zeros(value), zeros(value));
  }

  private Tensor zeros(Tensor like) {
    long[] shape = like.shape().stream().mapToLong(Long::longValue).toArray();
    return owned.adopt(Tensors.zeros(DType.FLOAT32, like.device(), shape));
  }

  /// Factors and moments by the factors' names in a PEFT file.
  public SequencedMap<String, AdamWRule.Trained> parameters() {
    return parameters;
  }

  /// Steps taken so far.
  public int steps() {
    return steps;
  }

  /// Goes on as if this many steps had been taken.
  void continueAfter(int taken) {
    steps = taken;
  }

  /// Sets the moments to zero and begins to count steps anew.
  void startAnew() {
    steps = 0;
    try (Autograd off = Autograd.off()) {
      for (AdamWRule.Trained parameter : parameters.values()) {
        parameter.first().scale(0);
        parameter.second().scale(0);
      }
    }
  }

  /// Length of all gradients together.
  public double gradientNorm() {
    double sum = 0;
    for (AdamWRule.Trained parameter : parameters.values()) {
      try (Scope scope = Scope.open()) {
        sum += parameter.value().grad().square().sum().item();
      }
    }
    return Math.sqrt(sum);
  }

  /// Takes one step and forgets the gradients.
  ///
  /// @param norm length of all gradients together
  /// @param bound longest gradient that is taken as it is; a longer one is shortened to it
  public void step(double learningRate, double norm, double bound) {
    steps++;
    double factor = Math.min(1, bound / (norm + NORM_FLOOR));
    for (AdamWRule.Trained parameter : parameters.values()) {
      try (Scope scope = Scope.open();
          Autograd off = Autograd.off()) {
        Tensor gradient = parameter.value().grad();
        if (factor < 1) {
          gradient.scale(factor);
        }
        rule.apply(parameter, gradient, learningRate, steps);
        parameter.value().clearGrad();
      }
    }
  }

  /// Forgets the gradients without a step.
  public void forgetGradients() {
    parameters.values().forEach(parameter -> parameter.value().clearGrad());
  }

  /// Frees the moments; the factors are no longer trained.
  @Override
  public void close() {
    forgetGradients();
    parameters.values().forEach(parameter -> parameter.value().requireGrad(false));
    owned.close();
  }
}
