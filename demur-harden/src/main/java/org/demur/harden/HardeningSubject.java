package org.demur.harden;

import java.util.Optional;
import org.demur.model.Speaker;

/// The model that is attacked or hardened.
///
/// @param speaker the model, with its adapters on
/// @param name of the model for reports
/// @param adapter where the adapter that was given lies
/// @param start hashes of model and adapter
/// @param crew the workers that share its trainings
public record HardeningSubject(
    Speaker speaker, String name, Optional<String> adapter, String start, Crew crew) {
  /// For a hardening in one process.
  public HardeningSubject(Speaker speaker, String name, Optional<String> adapter, String start) {
    this(speaker, name, adapter, start, Crew.ALONE);
  }
}
