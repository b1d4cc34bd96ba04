package org.demur.bench;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.demur.core.ErrorCode;

/// What is measured.
public enum BenchCase {
  /// The last block's output at the last position; nothing else is kept. What edits and captures
  /// are compared with.
  PLAIN("plain"),
  /// The residual stream entering every block and leaving the last one, at the last position;
  /// without the head.
  EXTRACT("extract"),
  /// The same with the logits of all tokens.
  EXTRACT_LOGITS("extract-logits"),
  /// The same without the head for rows of lengths 8 to 200.
  EXTRACT_RAGGED("extract-ragged"),
  /// The same up to a layer, after which the pass ends.
  EXTRACT_STOP("extract-stop"),
  /// [#PLAIN] with a vector added to the input of every block.
  EDIT_ADD("edit-add"),
  /// [#PLAIN] with a direction projected out of the input of every block.
  EDIT_ABLATE("edit-ablate"),
  /// Many prompts, read one batch after the other, as a study does.
  PROMPTS("prompts"),
  /// The logits after the last token.
  PREFILL("prefill"),
  /// Greedy decoding after a prompt.
  DECODE("decode"),
  /// The logits after the last token of a chat.
  CHAT("chat"),
  /// The same with the Latent Guard's score.
  CHAT_GUARD("chat-guard"),
  /// A training step of a new adapter of rank 16 on rows whose second half is learnt.
  TRAIN("train");

  private final String label;

  BenchCase(String label) {
    this.label = label;
  }

  /// Name on the command line and in requests.
  public String label() {
    return label;
  }

  /// The case of a name.
  ///
  /// @throws BenchException with [ErrorCode#USAGE] when there is none; the names are listed
  public static BenchCase ofLabel(String label) {
    return Arrays.stream(values())
        .filter(candidate -> candidate.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new BenchException(
                    ErrorCode.USAGE,
                    "unknown case \"%s\"; known: %s"
                        .formatted(
                            label,
                            Arrays.stream(values())
                                .map(BenchCase::label)
                                .collect(Collectors.joining(", ")))));
  }
}
