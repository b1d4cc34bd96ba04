package org.demur.model.hook;

import java.util.Arrays;
import java.util.List;
import org.demur.core.ErrorCode;
import org.demur.model.config.ModelException;

/// Which tokens of a row are meant.
///
/// A row is a prompt followed by what was generated after it. Positions count from 0 at the first
/// token of the row.
public sealed interface Positions {
  /// Every token of the prompt and every generated one.
  Positions ALL = new Named("all");

  /// Every token of the prompt.
  Positions PROMPT = new Named("prompt");

  /// The last token of the prompt.
  Positions LAST_PROMPT = new Named("last-prompt");

  /// The last token of the user's text; rows must say where it is.
  Positions T_INST = new Named("t-inst");

  /// Every token after the prompt.
  Positions GENERATED = new Named("generated");

  /// Whether the token at `position` of `row` is meant.
  boolean includes(Row row, int position);

  /// What a row says about itself.
  ///
  /// @param promptLength tokens of the prompt
  /// @param tInst position of the last token of the user's text, or -1 when it is not known
  record Row(int promptLength, int tInst) {}

  /// A selection with a name.
  ///
  /// @param name its text form
  record Named(String name) implements Positions {
    @Override
    public boolean includes(Row row, int position) {
      return switch (name) {
        case "all" -> true;
        case "prompt" -> position < row.promptLength();
        case "last-prompt" -> position == row.promptLength() - 1;
        case "generated" -> position >= row.promptLength();
        default -> position == requireTInst(row);
      };
    }

    private static int requireTInst(Row row) {
      if (row.tInst() < 0) {
        throw new ModelException(
            ErrorCode.PLAN,
            "positions t-inst need a chat prompt: a row does not say where the user's text ends");
      }
      return row.tInst();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /// Single positions; negative ones count from the end of the prompt (-1 is its last token).
  ///
  /// @param indices the positions
  record Explicit(List<Integer> indices) implements Positions {
    /// Copies the list; it must not be empty.
    public Explicit {
      indices = List.copyOf(indices);
      if (indices.isEmpty()) {
        throw new ModelException(ErrorCode.PLAN, "an explicit list of positions must not be empty");
      }
    }

    @Override
    public boolean includes(Row row, int position) {
      return indices.contains(position)
          || (position < row.promptLength() && indices.contains(position - row.promptLength()));
    }

    @Override
    public String toString() {
      return indices.toString();
    }
  }

  /// Single positions, see [Explicit].
  static Positions at(Integer... indices) {
    return new Explicit(Arrays.asList(indices));
  }

  /// Reads a name: `all`, `prompt`, `last-prompt`, `t-inst` (or `t_inst`), `generated`.
  ///
  /// @throws ModelException with [ErrorCode#PLAN] for another text
  static Positions parse(String name) {
    return switch (name) {
      case "all" -> ALL;
      case "prompt" -> PROMPT;
      case "last-prompt" -> LAST_PROMPT;
      case "t-inst", "t_inst" -> T_INST;
      case "generated" -> GENERATED;
      default ->
          throw new ModelException(
              ErrorCode.PLAN,
              "unknown positions \"%s\"; known: all, prompt, last-prompt, t-inst, generated"
                  .formatted(name));
    };
  }
}
