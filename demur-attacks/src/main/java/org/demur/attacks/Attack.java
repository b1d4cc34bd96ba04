package org.demur.attacks;

import java.util.List;
import java.util.function.IntConsumer;

/// A way to make a model answer what it would refuse.
public interface Attack {
  /// Name for tables and files: `rfa`, `soft-prompt`.
  String name();

  /// What it does, with its budget, in one line.
  String budget();

  /// Whether the same attempts say something on harmless requests, too: edits of the residual
  /// stream do (refusal that is edited in), optimised inputs do not.
  boolean appliesToHarmless();

  /// What the model is to be given for each request.
  ///
  /// Passes and tokens are counted by the model, see [org.demur.model.LanguageModel#usage].
  ///
  /// @param requests harmful and harmless ones
  /// @param progress is told how many requests are done
  /// @return at least one attempt for every request; several are averaged
  List<Attempt> on(Victim victim, List<Request> requests, IntConsumer progress);
}
