package org.demur.directions;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.text.tokenizer.Tokenizer;

/// The tokens with which a model begins its refusals.
///
/// @param ids token ids, most likely first
/// @param pieces their texts
/// @param coverage share of the first-token mass of the model's own refusals that they hold; 0 when
///   the tokens are the usual ones and not derived from replies
/// @param refusals number of refusals that they were derived from
public record RefusalTokens(List<Integer> ids, List<String> pieces, double coverage, int refusals) {
  /// Mass that the tokens have to hold (our bound, for families without a published list).
  private static final double COVERAGE = 0.8;

  /// With more tokens than this the first token says little about refusal.
  private static final int MOST = 8;

  /// Fewer refusals are too few to tell habit from chance.
  public static final int FEWEST_REFUSALS = 8;

  private static final List<String> USUAL = List.of("I", "Sorry");

  /// Copies the lists.
  public RefusalTokens {
    ids = List.copyOf(ids);
    pieces = List.copyOf(pieces);
  }

  /// Takes the most likely first tokens until they hold 80 % of the mass, at most eight.
  ///
  /// @param firstTokens for every refused prompt the probabilities of the first token of the reply,
  ///   `[vocabulary]`; at least one
  public static RefusalTokens derive(List<double[]> firstTokens, Tokenizer tokenizer) {
    double[] mean = new double[firstTokens.getFirst().length];
    for (double[] probabilities : firstTokens) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += probabilities[i] / firstTokens.size();
      }
    }
    List<Integer> sorted =
        IntStream.range(0, mean.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer id) -> mean[id]).reversed())
            .limit(MOST)
            .toList();
    List<Integer> ids = new ArrayList<>();
    double mass = 0;
    for (int id : sorted) {
      if (mass >= COVERAGE) {
        break;
      }
      ids.add(id);
      mass += mean[id];
    }
    return new RefusalTokens(ids, pieces(ids, tokenizer), mass, firstTokens.size());
  }

  /// The first tokens of "I" and "Sorry", for models that refuse too little to tell.
  public static RefusalTokens usual(Tokenizer tokenizer) {
    Set<Integer> ids = new LinkedHashSet<>();
    for (String word : USUAL) {
      ids.add(tokenizer.encode(word, ControlTokens.PLAIN)[0]);
    }
    List<Integer> list = List.copyOf(ids);
    return new RefusalTokens(list, pieces(list, tokenizer), 0, 0);
  }

  /// Whether they come from the model's own replies.
  public boolean derived() {
    return refusals > 0;
  }

  private static List<String> pieces(List<Integer> ids, Tokenizer tokenizer) {
    return ids.stream().map(tokenizer::piece).toList();
  }
}
