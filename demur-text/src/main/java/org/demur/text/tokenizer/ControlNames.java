package org.demur.text.tokenizer;

import java.util.Set;
import java.util.TreeSet;

/// Tokens whose meaning llama.cpp knows by their text, because files often mistype them.
///
/// Source: llama.cpp, `src/llama-vocab.cpp`, `llama_vocab::impl::load`.
final class ControlNames {
  /// Tokens that end a turn or a text; they are control tokens whatever the file says.
  private static final Set<String> END =
      Set.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "</s>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<eos>",
          "<turn|>",
          "<|tool_response>",
          "<｜end▁of▁sentence｜>",
          "[e~[");

  /// Fill-in-the-middle tokens that are control tokens and also end a text.
  private static final Set<String> FILL_END =
      Set.of(
          "<|fim_pad|>",
          "<fim-pad>",
          "<fim_pad>",
          "<PAD>",
          "[PAD]",
          "<|fim_repo|>",
          "<|repo_name|>",
          "<fim-repo>",
          "<REPO>",
          "<reponame>",
          "<|file_sep|>");

  /// Fill-in-the-middle tokens that are control tokens.
  private static final Set<String> FILL =
      Set.of(
          "<|fim_prefix|>",
          "<fim-prefix>",
          "<fim_prefix>",
          "<｜fim▁begin｜>",
          "<PRE>",
          "▁<PRE>",
          "<|code_prefix|>",
          "<|prefix|>",
          "<|fim_suffix|>",
          "<fim-suffix>",
          "<fim_suffix>",
          "<｜fim▁hole｜>",
          "<SUF>",
          "▁<SUF>",
          "<|code_suffix|>",
          "<|suffix|>",
          "<|fim_middle|>",
          "<fim-middle>",
          "<fim_middle>",
          "<｜fim▁end｜>",
          "<MID>",
          "▁<MID>",
          "<|code_middle|>",
          "<|middle|>");

  /// Tokens of the harmony format that always match.
  private static final Set<String> ALWAYS_MATCHED =
      Set.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>");

  private ControlNames() {}

  /// Corrects the kinds of tokens whose text says what they are, and returns the ids that end a
  /// turn.
  static Set<Integer> correct(String[] pieces, TokenKind[] kinds) {
    Set<Integer> ends = new TreeSet<>();
    Set<String> present = new TreeSet<>();
    for (int id = 0; id < pieces.length; id++) {
      String piece = pieces[id];
      boolean ending = END.contains(piece);
      if (ending || FILL_END.contains(piece)) {
        ends.add(id);
        kinds[id] = TokenKind.CONTROL;
      } else if (FILL.contains(piece)) {
        kinds[id] = TokenKind.CONTROL;
      } else if (ALWAYS_MATCHED.contains(piece)) {
        kinds[id] = TokenKind.USER_DEFINED;
      }
      if (ending) {
        present.add(piece);
      }
    }
    boolean calls = present.contains("<|call|>") || present.contains("<|calls|>");
    if (calls && (present.contains("<|return|>") || present.contains("<|flush|>"))) {
      demote("<|end|>", TokenKind.USER_DEFINED, pieces, kinds, ends);
    }
    if (present.contains("<|tool_response>")) {
      demote("</s>", TokenKind.NORMAL, pieces, kinds, ends);
    }
    return ends;
  }

  private static void demote(
      String piece, TokenKind kind, String[] pieces, TokenKind[] kinds, Set<Integer> ends) {
    for (int id = 0; id < pieces.length; id++) {
      if (pieces[id].equals(piece)) {
        kinds[id] = kind;
        ends.remove(id);
      }
    }
  }
}
