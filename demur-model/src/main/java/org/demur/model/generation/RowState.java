package org.demur.model.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.demur.model.generation.Generated.Answer;
import org.demur.model.generation.Generated.FinishReason;
import org.demur.text.tokenizer.StreamingDecoder;

/// One row while it is generated: its tokens, its text, and whether it is done.
final class RowState {
  private final GenerationRequest request;
  private final TokenChooser chooser;
  private final Optional<StreamingDecoder> decoder;
  private final List<Integer> ids = new ArrayList<>();
  private final List<Double> logProbabilities = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private Optional<FinishReason> finished = Optional.empty();
  private int told;

  RowState(GenerationRequest request, TokenChooser chooser, Optional<StreamingDecoder> decoder) {
    this.request = request;
    this.chooser = chooser;
    this.decoder = decoder;
  }

  /// Chooses the next token from raw logits.
  int choose(float[] logits) {
    for (int id : request.suppressedIds()) {
      if (id >= 0 && id < logits.length) { // a configuration may name ids that no token has
        logits[id] = Float.NEGATIVE_INFINITY;
      }
    }
    double normaliser = request.logProbabilities() ? logSumExp(logits) : 0;
    float[] raw = request.logProbabilities() ? logits.clone() : logits;
    int id = chooser.choose(logits);
    if (request.stopIds().contains(id)) {
      finished = Optional.of(FinishReason.STOP_TOKEN);
      decoder.ifPresent(stream -> text.append(stream.finish()));
      cutAtStopText();
      return id;
    }
    if (request.logProbabilities()) {
      logProbabilities.add(raw[id] - normaliser);
    }
    ids.add(id);
    decoder.ifPresent(stream -> text.append(stream.append(id)));
    if (ids.size() == request.maxNewTokens()) {
      finished = Optional.of(FinishReason.LENGTH);
      decoder.ifPresent(stream -> text.append(stream.finish()));
    }
    cutAtStopText();
    return id;
  }

  private static double logSumExp(float[] logits) {
    double highest = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      highest = Math.max(highest, logit);
    }
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit - highest);
    }
    return highest + Math.log(sum);
  }

  private void cutAtStopText() {
    int first = Integer.MAX_VALUE;
    for (String stop : request.stopTexts()) {
      int found = text.indexOf(stop);
      first = found >= 0 ? Math.min(first, found) : first;
    }
    if (first < Integer.MAX_VALUE) {
      text.setLength(first);
      finished = Optional.of(FinishReason.STOP_TEXT);
    }
  }

  /// Text that was not told yet and can no longer become part of a stop text.
  String news() {
    int safe = text.length();
    if (finished.isEmpty()) {
      for (String stop : request.stopTexts()) {
        safe = Math.min(safe, heldBack(stop));
      }
    }
    String news = text.substring(told, Math.max(told, safe));
    told = Math.max(told, safe);
    return news;
  }

  /// Where a stop text could have begun at the end of the text.
  private int heldBack(String stop) {
    for (int length = Math.min(stop.length() - 1, text.length()); length > 0; length--) {
      if (stop.startsWith(text.substring(text.length() - length))) {
        return text.length() - length;
      }
    }
    return text.length();
  }

  boolean done() {
    return finished.isPresent();
  }

  Answer answer() {
    return new Answer(
        List.copyOf(ids),
        text.toString(),
        List.copyOf(logProbabilities),
        finished.orElse(FinishReason.CANCELLED));
  }

  /// Completes the text of a row that the caller ended.
  void finish() {
    if (finished.isEmpty()) {
      finished = Optional.of(FinishReason.CANCELLED);
      decoder.ifPresent(stream -> text.append(stream.finish()));
      cutAtStopText();
    }
  }
}
