package org.demur.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.IntConsumer;
import org.demur.data.store.RowLog;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;

/// Asks a model and keeps the tokens of its replies in a journal, so that a run that goes on has
/// the same ones.
public final class OwnReplies {
  private static final int ROWS_AT_ONCE = 16;
  private static final String TOKENS = "tokens";

  private final Speaker speaker;
  private final int maxNewTokens;

  /// @param speaker the model that replies, as it is when it is asked
  /// @param maxNewTokens of a reply; decoding is greedy
  public OwnReplies(Speaker speaker, int maxNewTokens) {
    this.speaker = speaker;
    this.maxNewTokens = maxNewTokens;
  }

  /// Token ids of the replies by the questions' keys, with the token that ends a reply where the
  /// model ended; replies without any text are left out.
  ///
  /// @param questions prompts by key; what the journal has under a key is not asked again
  /// @param progress is told how many are answered
  public SequencedMap<String, int[]> to(
      SequencedMap<String, Prompt> questions, RowLog log, IntConsumer progress) {
    List<String> left = questions.keySet().stream().filter(key -> !log.contains(key)).toList();
    for (int from = 0; from < left.size(); from += ROWS_AT_ONCE) {
      List<String> keys = left.subList(from, Math.min(left.size(), from + ROWS_AT_ONCE));
      ask(keys, keys.stream().map(key -> prompt(questions, key)).toList(), log);
      progress.accept(questions.size() - left.size() + from + keys.size());
    }
    SequencedMap<String, int[]> replies = new LinkedHashMap<>();
    for (String key : questions.keySet()) {
      int[] ids = log.row(key).map(OwnReplies::ids).orElse(new int[0]);
      // one token alone is the end
      if (ids.length > 1) {
        replies.put(key, ids);
      }
    }
    return replies;
  }

  private static Prompt prompt(Map<String, Prompt> questions, String key) {
    return Optional.ofNullable(questions.get(key)).orElseThrow();
  }

  private void ask(List<String> keys, List<Prompt> prompts, RowLog log) {
    List<Generated.Answer> answers =
        new Generator(speaker.model(), Optional.empty())
            .generate(prompts, GenerationRequest.greedy(maxNewTokens, speaker.endOfSequence()))
            .rows();
    for (int i = 0; i < keys.size(); i++) {
      log.append(keys.get(i), Map.of(TOKENS, tokens(answers.get(i))));
    }
  }

  private List<Long> tokens(Generated.Answer answer) {
    int[] ids = answer.ids().stream().mapToInt(Integer::intValue).toArray();
    boolean ended = answer.finishReason() == Generated.FinishReason.STOP_TOKEN;
    List<Long> tokens = new ArrayList<>();
    Arrays.stream(ended ? speaker.ended(ids) : ids).asLongStream().forEach(tokens::add);
    return tokens;
  }

  private static int[] ids(Map<String, Object> row) {
    return row.get(TOKENS) instanceof List<?> list
        ? list.stream().mapToInt(id -> Integer.parseInt(String.valueOf(id))).toArray()
        : new int[0];
  }
}
