package org.demur.harden;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The attacks by the names that a user gives.
public enum AttackName {
  /// One direction of the model itself.
  RFA,
  /// The direction of each layer at its input.
  RFA_LAYERS,
  /// A subspace of two and of four directions.
  RFA_SUBSPACE,
  /// Several directions of a self-organising map.
  RFA_MULTI,
  /// The direction of the model without its adapters.
  RFA_TRANSFER,
  /// A neutral opener of the reply.
  PREFILL,
  /// Wrappers in words.
  TEMPLATES,
  /// Free embeddings behind the request.
  SOFT_PROMPT,
  /// Bounded perturbations of the request's embeddings.
  EMBEDDING_BALL,
  /// A suffix of tokens.
  GCG;

  /// The name on the command line.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The attack of a name.
  public static Optional<AttackName> ofLabel(String label) {
    return Arrays.stream(values()).filter(name -> name.label().equals(label)).findFirst();
  }

  /// All names, for messages.
  public static List<String> labels() {
    return Arrays.stream(values()).map(AttackName::label).toList();
  }
}
