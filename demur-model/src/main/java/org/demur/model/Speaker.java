package org.demur.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.text.tokenizer.Tokenizer;

/// A model with what turns texts into its prompts and replies.
///
/// @param model the model
/// @param tokenizer its tokenizer
/// @param encoder turns questions into prompts, with the chat template
/// @param endOfSequence tokens with which the model ends a text
public record Speaker(
    LanguageModel model, Tokenizer tokenizer, PromptEncoder encoder, Set<Integer> endOfSequence) {
  /// Copies the set.
  ///
  /// @throws ModelException with `TOKENIZER` when the model has no token that ends a text
  public Speaker {
    endOfSequence = Set.copyOf(endOfSequence);
    if (endOfSequence.isEmpty()) {
      throw new ModelException(
          ErrorCode.TOKENIZER, "the model has no token that ends a reply, so none can be learnt");
    }
  }

  /// The prompt of one question without a system message.
  public Prompt question(String text) {
    return encoder.question(Optional.empty(), text);
  }

  /// Tokens of a reply with the one that ends it.
  public int[] reply(String text) {
    return ended(tokenizer.encode(text, ControlTokens.PLAIN));
  }

  /// The tokens with the one that ends a reply: the one that ends the user's turn, too, where the
  /// model ends texts with it, or else the first of those that end a text.
  public int[] ended(int[] ids) {
    int[] all = Arrays.copyOf(ids, ids.length + 1);
    all[ids.length] =
        encoder.postInstruction().ids().stream()
            .filter(endOfSequence::contains)
            .findFirst()
            .orElseGet(() -> endOfSequence.stream().min(Integer::compare).orElseThrow());
    return all;
  }
}
