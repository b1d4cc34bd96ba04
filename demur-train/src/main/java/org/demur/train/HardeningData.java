package org.demur.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.demur.core.ErrorCode;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.data.store.RowLog;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;
import org.demur.text.tokenizer.ControlTokens;

/// Makes training data from prompts alone: harmful ones are answered with refusals in our own
/// words, harmless ones with what the model itself replies before it is trained.
///
/// Only prompts of the train split are used. Replies are kept in a journal, so that a run that goes
/// on trains on the same.
public final class HardeningData {
  private static final int REFUSALS_PER_PROMPT = 3;
  private static final int ROWS_AT_ONCE = 16;
  private static final String TOKENS = "tokens";

  private final Speaker speaker;
  private final PromptSet pairs;
  private final PromptSet everyday;
  private final int maxNewTokens;

  /// @param pairs harmful prompts and their harmless twins
  /// @param everyday requests that nobody would decline: utility, and the harmless side of the
  ///   directions
  /// @param maxNewTokens of the model's own replies
  public HardeningData(Speaker speaker, PromptSet pairs, PromptSet everyday, int maxNewTokens) {
    this.speaker = speaker;
    this.pairs = pairs.in(Split.TRAIN).requireBothLabels();
    this.everyday = everyday.in(Split.TRAIN);
    this.maxNewTokens = maxNewTokens;
  }

  /// Prompts that the model has to answer.
  public int questions() {
    return harmless().size();
  }

  private List<LabelledPrompt> harmless() {
    List<LabelledPrompt> prompts = new ArrayList<>(pairs.with(Label.HARMLESS).prompts());
    prompts.addAll(everyday.prompts());
    return prompts;
  }

  /// Makes the rows; adapters of the model should be off, or those of the start.
  ///
  /// @param journal where the model's replies are kept
  /// @param seed of the choice of refusals
  /// @param progress is told how many prompts are answered
  /// @throws TrainException when the model answers nothing
  public TrainingData make(Path journal, long seed, IntConsumer progress) {
    Map<String, int[]> replies = replies(journal, progress);
    List<TrainingRow> utility = new ArrayList<>();
    for (LabelledPrompt prompt : harmless()) {
      int[] reply = replies.getOrDefault(prompt.id(), new int[0]);
      if (reply.length > 1) {
        utility.add(TrainingRow.replying(speaker.question(prompt.text()), reply, Side.UTILITY));
      }
    }
    if (utility.isEmpty()) {
      throw new TrainException(
          ErrorCode.USAGE,
          "the model answers none of %d harmless prompts with a text, so there is nothing to keep"
              .formatted(replies.size()));
    }
    List<Prompt> against =
        everyday.prompts().stream().map(prompt -> speaker.question(prompt.text())).toList();
    List<int[]> openers =
        AffirmativeOpeners.builtIn().stream()
            .map(text -> speaker.tokenizer().encode(text, ControlTokens.PLAIN))
            .toList();
    return new TrainingData(refused(seed), utility, against, openers);
  }

  private List<TrainingRow> refused(long seed) {
    List<String> refusals = Refusals.builtIn();
    SplittableRandom random = new RandomStreams(seed).of(RandomStreams.Purpose.HARMFUL_ORDER, -1);
    List<TrainingRow> rows = new ArrayList<>();
    for (LabelledPrompt prompt : pairs.with(Label.HARMFUL).prompts()) {
      Prompt question = speaker.question(prompt.text());
      int[] order = DataOrder.shuffled(refusals.size(), random);
      for (int i = 0; i < REFUSALS_PER_PROMPT; i++) {
        rows.add(
            TrainingRow.replying(question, speaker.reply(refusals.get(order[i])), Side.HARMFUL));
      }
    }
    return rows;
  }

  /// Tokens of the model's replies by the prompts' ids, with the end where the model ended.
  private Map<String, int[]> replies(Path journal, IntConsumer progress) {
    Map<String, int[]> replies = new LinkedHashMap<>();
    Generator generator = new Generator(speaker.model(), java.util.Optional.empty());
    GenerationRequest request = GenerationRequest.greedy(maxNewTokens, speaker.endOfSequence());
    try (RowLog log = RowLog.open(journal)) {
      List<LabelledPrompt> left =
          harmless().stream().filter(prompt -> !log.contains(prompt.id())).toList();
      for (int from = 0; from < left.size(); from += ROWS_AT_ONCE) {
        List<LabelledPrompt> batch = left.subList(from, Math.min(left.size(), from + ROWS_AT_ONCE));
        List<Prompt> questions =
            batch.stream().map(prompt -> speaker.question(prompt.text())).toList();
        List<Generated.Answer> answers = generator.generate(questions, request).rows();
        for (int i = 0; i < batch.size(); i++) {
          log.append(batch.get(i).id(), Map.of(TOKENS, tokens(answers.get(i))));
        }
        progress.accept(log.ids().size());
      }
      for (String id : log.ids()) {
        log.row(id).ifPresent(row -> replies.put(id, ids(row)));
      }
    }
    return replies;
  }

  private List<Long> tokens(Generated.Answer answer) {
    int[] ids = answer.ids().stream().mapToInt(Integer::intValue).toArray();
    boolean ended = answer.finishReason() == Generated.FinishReason.STOP_TOKEN;
    List<Long> tokens = new ArrayList<>();
    for (int id : ended ? speaker.ended(ids) : ids) {
      tokens.add((long) id);
    }
    return tokens;
  }

  private static int[] ids(Map<String, Object> row) {
    return row.get(TOKENS) instanceof List<?> list
        ? list.stream().mapToInt(id -> Integer.parseInt(String.valueOf(id))).toArray()
        : new int[0];
  }
}
