package org.demur.audit;

import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.model.Prompt;

/// A prompt of a set with its tokens.
///
/// @param source text, label, category
/// @param tokens as the model sees it
record PromptCase(LabelledPrompt source, Prompt tokens) {
  String id() {
    return source.id();
  }

  boolean harmful() {
    return source.label() == Label.HARMFUL;
  }
}
