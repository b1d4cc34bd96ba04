package org.demur.harden.explain;

import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.text.tokenizer.ControlTokens;

/// Puts harmless words behind a request, as many tokens as an attack adds: what any longer prompt
/// does to the residual stream.
///
/// **Source.** The text is our own.
final class BenignSuffix {
  private static final String TEXT =
      " Thank you for taking the time to read this. I am writing from a small room with a view of"
          + " the garden, where it has been raining since the morning. There is a cup of tea on the"
          + " table, and the cat is asleep on the other chair. Tomorrow I will take the train to the"
          + " coast and visit my sister, who has planted apple trees behind her house.";

  private final int[] words;

  BenignSuffix(Speaker speaker) {
    this.words = speaker.tokenizer().encode(TEXT, ControlTokens.PLAIN);
  }

  /// A prompt that is longer by some tokens of the text, which starts over where it ends.
  Prompt longer(Prompt prompt, int tokens) {
    int[] suffix = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      suffix[i] = words[i % words.length];
    }
    return prompt.insertedAfterText(suffix);
  }
}
