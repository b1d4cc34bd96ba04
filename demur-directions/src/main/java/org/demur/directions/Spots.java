package org.demur.directions;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.model.Prompt;

/// Which tokens of a prompt are read: t_inst, the last token of the user's text, and tokens counted
/// from the end of the prompt.
///
/// @param tInst whether t_inst is read; it comes first
/// @param fromEnd offsets from the end, -1 for the last token, in the order in which they are read
public record Spots(boolean tInst, List<Integer> fromEnd) {
  /// t_inst alone, which is where a prompt's harmfulness is read.
  public static final Spots T_INST = new Spots(true, List.of());

  /// The last token of the prompt alone: t_post-inst.
  public static final Spots LAST = new Spots(false, List.of(-1));

  /// t_inst and the last token.
  public static final Spots BOTH = new Spots(true, List.of(-1));

  /// Copies the list and checks the offsets.
  public Spots {
    fromEnd = List.copyOf(fromEnd);
    if (!tInst && fromEnd.isEmpty()) {
      throw new IllegalArgumentException("at least one token must be read");
    }
    if (fromEnd.stream().anyMatch(offset -> offset >= 0)) {
      throw new IllegalArgumentException("offsets count from the end and are negative: " + fromEnd);
    }
  }

  /// The post-instruction tokens, `-nPost` to -1.
  public static Spots postInstruction(int nPost) {
    return new Spots(false, IntStream.rangeClosed(-nPost, -1).boxed().toList());
  }

  /// The post-instruction tokens and t_inst before them.
  public static Spots all(int nPost) {
    return new Spots(true, IntStream.rangeClosed(-nPost, -1).boxed().toList());
  }

  /// How many tokens of each prompt are read.
  public int count() {
    return fromEnd.size() + (tInst ? 1 : 0);
  }

  /// The positions in a prompt that are read, in the order of this value.
  ///
  /// @throws DirectionException with [ErrorCode#CONTEXT_LENGTH] when the prompt is too short, with
  ///   [ErrorCode#TEMPLATE] when it does not say where t_inst is
  int[] in(Prompt prompt) {
    List<Integer> positions = new ArrayList<>();
    if (tInst) {
      if (prompt.tInst() < 0) {
        throw new DirectionException(
            ErrorCode.TEMPLATE,
            "a prompt does not say where the user's text ends; t_inst needs a chat template or"
                + " a plain prompt that ends with the user's text");
      }
      positions.add(prompt.tInst());
    }
    for (int offset : fromEnd) {
      int position = prompt.promptLength() + offset;
      if (position < 0) {
        throw new DirectionException(
            ErrorCode.CONTEXT_LENGTH,
            "a prompt has %d tokens, but the one at %d from its end is to be read"
                .formatted(prompt.promptLength(), -offset));
      }
      positions.add(position);
    }
    return positions.stream().mapToInt(Integer::intValue).toArray();
  }

  /// The same positions, sorted and each once.
  static List<Integer> distinct(int... positions) {
    return List.copyOf(new TreeSet<>(IntStream.of(positions).boxed().toList()));
  }
}
