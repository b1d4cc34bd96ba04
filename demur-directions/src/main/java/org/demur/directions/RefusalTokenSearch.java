package org.demur.directions;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import org.demur.data.Label;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.intervention.Plan;
import org.demur.text.tokenizer.Tokenizer;

/// Finds the tokens with which a model begins its refusals, from its own replies.
///
/// Replies are judged and dropped.
///
/// **Source.** our own rule, for families without a published list.
public final class RefusalTokenSearch {
  /// Prompts that are replied to at most (our bound).
  public static final int MOST_PROMPTS = 32;

  private static final int NEW_TOKENS = 16;
  private static final int BATCH = 16;

  /// Says whether a reply declines.
  @FunctionalInterface
  public interface RefusalTest {
    /// Judges a reply.
    ///
    /// @param truncated whether it was cut by the length limit
    boolean declines(String prompt, String reply, boolean truncated);
  }

  private final LanguageModel model;
  private final Tokenizer tokenizer;
  private final Set<Integer> endOfSequence;
  private final RefusalTest test;

  /// Makes a search.
  ///
  /// @param endOfSequence tokens with which the model ends a reply
  public RefusalTokenSearch(
      LanguageModel model, Tokenizer tokenizer, Set<Integer> endOfSequence, RefusalTest test) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.endOfSequence = Set.copyOf(endOfSequence);
    this.test = test;
  }

  /// How many prompts [#run] replies to.
  public static int prompts(EncodedPrompts prompts) {
    return harmful(prompts).size();
  }

  private static List<Integer> harmful(EncodedPrompts prompts) {
    List<Integer> indices = new ArrayList<>();
    for (int i = 0; i < prompts.size() && indices.size() < MOST_PROMPTS; i++) {
      if (prompts.source(i).label() == Label.HARMFUL) {
        indices.add(i);
      }
    }
    indices.sort(Comparator.comparingInt(index -> prompts.tokens().get(index).length()));
    return indices;
  }

  /// Replies to the first harmful prompts and takes the first tokens of refusals.
  ///
  /// @return the model's own tokens, or the [usual ones][RefusalTokens#usual] when it refused too
  ///   few prompts to tell
  public RefusalTokens run(EncodedPrompts prompts, IntConsumer progress) {
    List<Integer> indices = harmful(prompts);
    List<Prompt> refused = new ArrayList<>();
    for (int from = 0; from < indices.size(); from += BATCH) {
      List<Integer> batch = indices.subList(from, Math.min(indices.size(), from + BATCH));
      List<Prompt> tokens = batch.stream().map(prompts.tokens()::get).toList();
      List<Generated.Answer> answers =
          new Generator(model, Optional.of(tokenizer))
              .generate(tokens, GenerationRequest.greedy(NEW_TOKENS, endOfSequence))
              .rows();
      for (int i = 0; i < batch.size(); i++) {
        boolean cut = answers.get(i).finishReason() == Generated.FinishReason.LENGTH;
        if (test.declines(prompts.source(batch.get(i)).text(), answers.get(i).text(), cut)) {
          refused.add(tokens.get(i));
        }
      }
      progress.accept(from + batch.size());
    }
    if (refused.size() < RefusalTokens.FEWEST_REFUSALS) {
      return RefusalTokens.usual(tokenizer);
    }
    List<double[]> firstTokens = new ArrayList<>();
    new ResidualReader(model)
        .lastLogits(
            refused,
            Plan.NONE,
            (index, logits) -> firstTokens.add(NextToken.probabilities(logits)));
    return RefusalTokens.derive(firstTokens, tokenizer);
  }
}
