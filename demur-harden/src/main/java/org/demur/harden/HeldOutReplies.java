package org.demur.harden;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.demur.attacks.Request;
import org.demur.data.store.RowLog;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.model.hook.Positions;
import org.demur.tensor.Scope;
import org.demur.tensor.Tensor;
import org.demur.tensor.Tensors;

/// What a model replied to harmless test requests before it was trained, and how likely it finds
/// that later: the price of a hardening for its use.
final class HeldOutReplies {
  private static final int ROWS_AT_ONCE = 4;
  private static final String STAGE = "held-out/";
  private static final String TOKENS = "tokens";

  private final Speaker speaker;
  private final List<Prompt> questions;
  private final List<int[]> replies;

  private HeldOutReplies(Speaker speaker, List<Prompt> questions, List<int[]> replies) {
    this.speaker = speaker;
    this.questions = questions;
    this.replies = replies;
  }

  /// Lets the model as it is now reply; what the journal has is not asked again.
  static HeldOutReplies ask(Speaker speaker, List<Request> requests, int maxNewTokens, RowLog log) {
    List<Prompt> questions =
        requests.stream().map(request -> speaker.question(request.text())).toList();
    List<String> keys = requests.stream().map(request -> STAGE + request.id()).toList();
    if (!keys.stream().allMatch(log::contains)) {
      List<Generated.Answer> answers =
          new Generator(speaker.model(), Optional.empty())
              .generate(questions, GenerationRequest.greedy(maxNewTokens, speaker.endOfSequence()))
              .rows();
      for (int i = 0; i < keys.size(); i++) {
        if (!log.contains(keys.get(i))) {
          List<Long> ids = answers.get(i).ids().stream().map(Integer::longValue).toList();
          log.append(keys.get(i), Map.of(TOKENS, ids));
        }
      }
    }
    List<Prompt> asked = new ArrayList<>();
    List<int[]> replies = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      int[] reply = ids(log.row(keys.get(i)).orElseThrow());
      if (reply.length > 0) {
        asked.add(questions.get(i));
        replies.add(reply);
      }
    }
    return new HeldOutReplies(speaker, asked, replies);
  }

  private static int[] ids(Map<String, Object> row) {
    return row.get(TOKENS) instanceof List<?> list
        ? list.stream().mapToInt(id -> Integer.parseInt(String.valueOf(id))).toArray()
        : new int[0];
  }

  /// Cross-entropy of each reply under the model as it is now, nats per token.
  List<Double> crossEntropies() {
    List<Double> all = new ArrayList<>();
    for (int from = 0; from < replies.size(); from += ROWS_AT_ONCE) {
      int to = Math.min(from + ROWS_AT_ONCE, replies.size());
      List<Prompt> rows =
          IntStream.range(from, to)
              .mapToObj(i -> questions.get(i).followedBy(replies.get(i)))
              .toList();
      ForwardRequest request = ForwardRequest.logitsAt(Positions.ALL);
      try (ForwardResult result = speaker.model().forward(rows, request)) {
        for (int i = from; i < to; i++) {
          all.add(crossEntropy(result, i - from, questions.get(i).length(), replies.get(i)));
        }
      }
    }
    return all;
  }

  private double crossEntropy(ForwardResult result, int row, int questionLength, int... reply) {
    try (Scope scope = Scope.open()) {
      long[] labels = new long[reply.length];
      for (int i = 0; i < reply.length; i++) {
        labels[i] = reply[i];
      }
      Tensor logits = result.logits(row).narrow(0, questionLength - 1, reply.length);
      float[] chosen =
          logits
              .logSoftmax(-1)
              .gather(1, Tensors.ofLongs(labels, speaker.model().device(), reply.length, 1))
              .reshape(reply.length)
              .toFloats();
      double sum = 0;
      for (float value : chosen) {
        sum -= value;
      }
      return sum / reply.length;
    }
  }
}
