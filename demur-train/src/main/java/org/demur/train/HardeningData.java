package org.demur.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
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
import org.demur.text.tokenizer.ControlTokens;

/// Makes training data from prompts alone: harmful ones are answered with refusals in our own
/// words, harmless ones with what the model itself replies before it is trained.
///
/// Prompts that come with a reply keep it. Only prompts of the train split are used. Replies are
/// kept in a journal, so that a run that goes on trains on the same.
public final class HardeningData {
  private static final int REFUSALS_PER_PROMPT = 3;

  private final Speaker speaker;
  private final PromptSet pairs;
  private final PromptSet everyday;
  private final Map<String, String> given;
  private final int maxNewTokens;

  /// @param pairs harmful prompts and their harmless twins
  /// @param everyday requests that nobody would decline: utility, and the harmless side of the
  ///   directions
  /// @param given replies by the ids of prompts, instead of refusals in our own words and the
  ///   model's own replies
  /// @param maxNewTokens of the model's own replies
  public HardeningData(
      Speaker speaker,
      PromptSet pairs,
      PromptSet everyday,
      Map<String, String> given,
      int maxNewTokens) {
    this.speaker = speaker;
    this.given = Map.copyOf(given);
    this.pairs = pairs.in(Split.TRAIN).requireBothLabels();
    this.everyday = everyday.in(Split.TRAIN);
    this.maxNewTokens = maxNewTokens;
  }

  /// Prompts that the model has to answer.
  public int questions() {
    return (int) harmless().stream().filter(prompt -> !given.containsKey(prompt.id())).count();
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
    List<TrainingRow> utility = utility(journal, progress);
    List<Prompt> against =
        everyday.prompts().stream().map(prompt -> speaker.question(prompt.text())).toList();
    List<int[]> openers =
        AffirmativeOpeners.builtIn().stream()
            .map(text -> speaker.tokenizer().encode(text, ControlTokens.PLAIN))
            .toList();
    return new TrainingData(refused(seed), utility, against, openers);
  }

  private List<TrainingRow> utility(Path journal, IntConsumer progress) {
    SequencedMap<String, Prompt> questions = new LinkedHashMap<>();
    List<TrainingRow> rows = new ArrayList<>();
    for (LabelledPrompt prompt : harmless()) {
      Prompt question = speaker.question(prompt.text());
      String reply = given.get(prompt.id());
      if (reply == null) {
        questions.put(prompt.id(), question);
      } else {
        rows.add(TrainingRow.replying(question, speaker.reply(reply), Side.UTILITY));
      }
    }
    try (RowLog log = RowLog.open(journal)) {
      new OwnReplies(speaker, maxNewTokens)
          .to(questions, log, progress)
          .forEach(
              (id, reply) ->
                  rows.add(
                      TrainingRow.replying(
                          Objects.requireNonNull(questions.get(id)), reply, Side.UTILITY)));
    }
    if (rows.isEmpty()) {
      throw new TrainException(
          ErrorCode.TRAINING_DATA,
          "the model answers none of %d harmless prompts with a text, so there is nothing to keep"
              .formatted(questions.size()));
    }
    return rows;
  }

  private List<TrainingRow> refused(long seed) {
    List<String> refusals = Refusals.builtIn();
    SplittableRandom random = new RandomStreams(seed).of(RandomStreams.Purpose.HARMFUL_ORDER, -1);
    List<TrainingRow> rows = new ArrayList<>();
    for (LabelledPrompt prompt : pairs.with(Label.HARMFUL).prompts()) {
      Prompt question = speaker.question(prompt.text());
      String reply = given.get(prompt.id());
      if (reply != null) {
        rows.add(TrainingRow.replying(question, speaker.reply(reply), Side.HARMFUL));
        continue;
      }
      int[] order = DataOrder.shuffled(refusals.size(), random);
      for (int i = 0; i < REFUSALS_PER_PROMPT; i++) {
        rows.add(
            TrainingRow.replying(question, speaker.reply(refusals.get(order[i])), Side.HARMFUL));
      }
    }
    return rows;
  }
}
