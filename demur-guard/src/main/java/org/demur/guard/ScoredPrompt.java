package org.demur.guard;

import org.demur.data.Label;
import org.demur.data.LabelledPrompt;

/// A labelled prompt with what a guard says about it.
public record ScoredPrompt(LabelledPrompt prompt, GuardScore score) {
  /// Whether it is labelled harmful.
  public boolean harmful() {
    return prompt.label() == Label.HARMFUL;
  }
}
