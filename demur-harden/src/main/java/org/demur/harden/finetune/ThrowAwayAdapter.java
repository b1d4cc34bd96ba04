package org.demur.harden.finetune;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.demur.model.LanguageModel;
import org.demur.model.adapter.LoraConfig;

/// An adapter on top of those that are on. It lives in memory; nothing here writes it anywhere.
///
/// **Ownership.** Closing frees it and switches exactly the adapters on that were on before, also
/// after an error, so that the model computes bit for bit what it did.
final class ThrowAwayAdapter implements AutoCloseable {
  private static final String NAME = "throw-away";

  private final LanguageModel model;
  private final String name;
  private final List<String> before;

  /// Makes it, changing nothing yet, and switches it on.
  ThrowAwayAdapter(LanguageModel model, LoraConfig config, long seed) {
    this.model = model;
    before = model.adapters().active();
    name = freeName(model.adapters().names());
    model.adapters().create(name, config, model.adapters().targets(), new SplittableRandom(seed));
    List<String> all = new ArrayList<>(before);
    all.add(name);
    model.adapters().activate(all);
  }

  private static String freeName(List<String> taken) {
    String free = NAME;
    for (int number = 2; taken.contains(free); number++) {
      free = NAME + " " + number;
    }
    return free;
  }

  /// Its name in the model.
  String name() {
    return name;
  }

  @Override
  public void close() {
    model.adapters().activate(before);
    model.adapters().unload(name);
  }
}
