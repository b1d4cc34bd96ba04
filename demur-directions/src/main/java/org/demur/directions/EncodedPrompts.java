package org.demur.directions;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.data.PromptSet;
import org.demur.model.Prompt;
import org.demur.model.PromptEncoder;

/// Labelled prompts as tokens of one model.
///
/// @param set the prompts
/// @param tokens their tokens, in the same order
/// @param postInstruction strings of the post-instruction tokens in the vocabulary, first to last;
///   for plain prompts the last token of the text stands in for them
public record EncodedPrompts(PromptSet set, List<Prompt> tokens, List<String> postInstruction) {
  /// Copies the lists and checks that they fit.
  public EncodedPrompts {
    tokens = List.copyOf(tokens);
    postInstruction = List.copyOf(postInstruction);
    if (tokens.size() != set.size() || postInstruction.isEmpty()) {
      throw new IllegalArgumentException(
          "%d prompts have %d rows of tokens and %d post-instruction tokens"
              .formatted(set.size(), tokens.size(), postInstruction.size()));
    }
  }

  /// Encodes prompts.
  ///
  /// @param plain whether they are given without a chat template
  /// @param longestRow tokens that the model takes at most
  /// @throws DirectionException with [ErrorCode#CONTEXT_LENGTH] for a prompt that is longer; the
  ///   message has its id and not its text
  public static EncodedPrompts of(
      PromptSet set, PromptEncoder encoder, boolean plain, int longestRow) {
    List<Prompt> tokens = new ArrayList<>();
    for (LabelledPrompt prompt : set.prompts()) {
      Prompt encoded = encode(prompt.text(), encoder, plain);
      requireFits(prompt.id(), encoded, longestRow);
      tokens.add(encoded);
    }
    List<String> pieces = plain ? List.of() : encoder.postInstruction().pieces();
    return new EncodedPrompts(set, tokens, pieces.isEmpty() ? List.of("(last)") : pieces);
  }

  static void requireFits(String id, Prompt tokens, int longestRow) {
    if (tokens.length() > longestRow) {
      throw new DirectionException(
          ErrorCode.CONTEXT_LENGTH,
          "prompt %s has %d tokens, but the model's context takes %d"
              .formatted(id, tokens.length(), longestRow));
    }
  }

  static Prompt encode(String text, PromptEncoder encoder, boolean plain) {
    return plain ? encoder.bare(text) : encoder.question(Optional.empty(), text);
  }

  /// Number of prompts.
  public int size() {
    return tokens.size();
  }

  /// The prompt at a place.
  public LabelledPrompt source(int index) {
    return set.prompts().get(index);
  }

  /// Number of post-instruction tokens.
  public int nPost() {
    return postInstruction.size();
  }

  /// Tokens of the prompts with one label, in the same order.
  public List<Prompt> tokens(Label label) {
    return IntStream.range(0, size())
        .filter(index -> source(index).label() == label)
        .mapToObj(tokens::get)
        .toList();
  }
}
