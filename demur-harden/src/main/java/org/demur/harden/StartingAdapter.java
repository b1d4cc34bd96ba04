package org.demur.harden;

import java.util.List;
import java.util.SplittableRandom;
import org.demur.model.LanguageModel;

/// The adapter that a hardening trains: the one that is on, or a new one, which follows from the
/// seed.
final class StartingAdapter {
  private static final String NAME = "hardened";

  private StartingAdapter() {}

  /// Turns a new adapter on where none is.
  static void on(LanguageModel model, HardeningSettings settings) {
    if (model.adapters().active().isEmpty()) {
      model
          .adapters()
          .create(
              NAME,
              settings.adapter(),
              settings.changes().targets(model.adapters().targets()),
              new SplittableRandom(settings.seed()));
      model.adapters().activate(List.of(NAME));
    }
  }
}
