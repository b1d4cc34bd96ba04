package org.demur.train;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.IntConsumer;
import org.demur.data.store.RowLog;
import org.demur.directions.RefusalTokenSearch.RefusalTest;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.model.adapter.Adapters;

/// What a model itself replies to harmless requests, where it helps.
///
/// A reply that declines a harmless request is over-refusal: a model that is trained on it learns
/// to decline more. So it is not kept. Where an adapter is on, the model without it is asked
/// instead, since adapters that were trained to refuse decline most; what that declines, too, is
/// left out.
public final class HelpfulReplies {
  private static final String WITHOUT_ADAPTER = "/without-adapter";

  private final Speaker speaker;
  private final OwnReplies own;
  private final RefusalTest test;

  /// @param speaker the model that replies, as it is when it is asked
  /// @param test says which replies decline
  /// @param maxNewTokens of a reply; decoding is greedy
  public HelpfulReplies(Speaker speaker, RefusalTest test, int maxNewTokens) {
    this.speaker = speaker;
    this.own = new OwnReplies(speaker, maxNewTokens);
    this.test = test;
  }

  /// Token ids of the replies by the requests' keys, in their order; without requests that are
  /// declined or get no text.
  ///
  /// @param requests texts by key; what the journal has under a key is not asked again
  /// @param progress is told how many are answered
  public SequencedMap<String, int[]> to(
      SequencedMap<String, String> requests, RowLog log, IntConsumer progress) {
    Map<String, int[]> helpful = helping(requests, asked(requests, "", log, progress));
    SequencedMap<String, String> left = new LinkedHashMap<>(requests);
    left.keySet().removeAll(helpful.keySet());
    helpful.putAll(helping(left, withoutAdapter(left, log)));
    SequencedMap<String, int[]> ordered = new LinkedHashMap<>();
    for (String key : requests.keySet()) {
      Optional.ofNullable(helpful.get(key)).ifPresent(reply -> ordered.put(key, reply));
    }
    return ordered;
  }

  private Map<String, int[]> helping(Map<String, String> requests, Map<String, int[]> replies) {
    Map<String, int[]> helping = new HashMap<>();
    replies.forEach(
        (key, reply) -> {
          if (!declines(Objects.requireNonNull(requests.get(key)), reply)) {
            helping.put(key, reply);
          }
        });
    return helping;
  }

  private Map<String, int[]> withoutAdapter(SequencedMap<String, String> left, RowLog log) {
    Adapters adapters = speaker.model().adapters();
    List<String> on = adapters.active();
    if (on.isEmpty() || left.isEmpty()) {
      return Map.of();
    }
    adapters.activate(List.of());
    try {
      return asked(left, WITHOUT_ADAPTER, log, done -> {});
    } finally {
      adapters.activate(on);
    }
  }

  private Map<String, int[]> asked(
      SequencedMap<String, String> requests, String how, RowLog log, IntConsumer progress) {
    SequencedMap<String, Prompt> questions = new LinkedHashMap<>();
    requests.forEach((key, text) -> questions.put(key + how, speaker.question(text)));
    Map<String, int[]> replies = new LinkedHashMap<>();
    own.to(questions, log, progress)
        .forEach((key, reply) -> replies.put(key.substring(0, key.length() - how.length()), reply));
    return replies;
  }

  private boolean declines(String request, int... reply) {
    int last = reply[reply.length - 1];
    boolean truncated = !speaker.endOfSequence().contains(last);
    int[] words = truncated ? reply : Arrays.copyOf(reply, reply.length - 1);
    return test.declines(request, speaker.tokenizer().decode(words, true), truncated);
  }
}
