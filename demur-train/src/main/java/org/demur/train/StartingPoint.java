package org.demur.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.demur.model.adapter.Adapters;

/// The model as it was when a training began, for methods that compare with it.
///
/// Without the trained adapter it is another model: a training may go on with an adapter that
/// refuses already, and what it is compared with is the model that refuses. So the factors are kept
/// as they are at the start, unless they change nothing yet.
///
/// **Ownership.** Owns the copy of the factors until it is closed.
final class StartingPoint implements AutoCloseable {
  private static final String NAME = "start of ";

  private final Adapters adapters;
  private final String trained;
  private final boolean kept;

  /// Keeps the factors as they are now.
  StartingPoint(Method.Context context) {
    adapters = context.model().adapters();
    trained = context.adapter();
    kept =
        adapters.factors(trained).values().stream()
            .anyMatch(change -> anyNumber(change.b().toFloats()));
    if (kept) {
      adapters.copy(trained, NAME + trained);
    }
  }

  private static boolean anyNumber(float... values) {
    for (float value : values) {
      if (value != 0) {
        return true;
      }
    }
    return false;
  }

  /// Does something with the model as it was; afterwards it is as it is again.
  <T> T during(Supplier<T> work) {
    List<String> active = adapters.active();
    List<String> then = new ArrayList<>(active);
    then.remove(trained);
    if (kept) {
      then.add(NAME + trained);
    }
    adapters.activate(then);
    try {
      return work.get();
    } finally {
      adapters.activate(active);
    }
  }

  @Override
  public void close() {
    if (kept) {
      adapters.unload(NAME + trained);
    }
  }
}
