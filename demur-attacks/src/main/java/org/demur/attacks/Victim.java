package org.demur.attacks;

import java.util.List;
import org.demur.directions.RefusalTokens;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Speaker;

/// A model under attack, with its adapters on.
///
/// @param speaker the model and what turns texts into its prompts
/// @param tokens with which it begins its refusals
public record Victim(Speaker speaker, RefusalTokens tokens) {
  /// The model.
  public LanguageModel model() {
    return speaker.model();
  }

  /// The prompts of requests without an attack.
  public List<Prompt> questions(List<Request> requests) {
    return requests.stream().map(request -> speaker.question(request.text())).toList();
  }
}
