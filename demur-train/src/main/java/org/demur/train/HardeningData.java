package org.demur.train;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.demur.core.ErrorCode;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.data.store.RowLog;
import org.demur.directions.RefusalTokenSearch.RefusalTest;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.text.tokenizer.ControlTokens;

/// Makes training data from prompts alone: harmful ones are answered with refusals in our own
/// words, harmless ones with what the model itself replies before it is trained, where that helps
/// ([HelpfulReplies]).
///
/// Prompts that come with a reply keep it. Only prompts of the train split are used. Replies are
/// kept in a journal, so that a run that goes on trains on the same.
public final class HardeningData {
  private static final int REFUSALS_PER_PROMPT = 3;

  /// Prompts and what is known of their replies.
  ///
  /// @param pairs harmful prompts and their harmless twins
  /// @param everyday requests that nobody would decline: utility, and the harmless side of the
  ///   directions
  /// @param more requests of the kind, for utility only
  /// @param replies by the ids of prompts, instead of refusals in our own words and the model's own
  ///   replies
  public record Source(
      PromptSet pairs, PromptSet everyday, PromptSet more, Map<String, String> replies) {
    /// Keeps the train splits.
    ///
    /// @throws org.demur.data.DataException when the pairs have only one side
    public Source {
      pairs = pairs.in(Split.TRAIN).requireBothLabels();
      everyday = everyday.in(Split.TRAIN);
      more = more.in(Split.TRAIN);
      replies = Map.copyOf(replies);
    }
  }

  /// What was made.
  ///
  /// @param data for a training
  /// @param leftOut harmless prompts that the model declines or gives no text
  public record Made(TrainingData data, int leftOut) {}

  private final Speaker speaker;
  private final PromptSet pairs;
  private final PromptSet everyday;
  private final PromptSet more;
  private final Map<String, String> given;
  private final HelpfulReplies own;

  /// @param test says which of the model's own replies decline
  /// @param maxNewTokens of the model's own replies
  public HardeningData(Speaker speaker, Source source, RefusalTest test, int maxNewTokens) {
    this.speaker = speaker;
    this.pairs = source.pairs();
    this.everyday = source.everyday();
    this.more = source.more();
    this.given = source.replies();
    this.own = new HelpfulReplies(speaker, test, maxNewTokens);
  }

  /// Prompts that the model has to answer.
  public int questions() {
    return (int) harmless().stream().filter(prompt -> !given.containsKey(prompt.id())).count();
  }

  private List<LabelledPrompt> harmless() {
    List<LabelledPrompt> prompts = new ArrayList<>(pairs.with(Label.HARMLESS).prompts());
    prompts.addAll(everyday.prompts());
    prompts.addAll(more.prompts());
    return prompts;
  }

  /// Makes the rows; adapters of the model should be off, or those of the start.
  ///
  /// @param journal where the model's replies are kept
  /// @param seed of the choice of refusals
  /// @param progress is told how many prompts are answered
  /// @throws TrainException when the model helps with nothing
  public Made make(Path journal, long seed, IntConsumer progress) {
    SequencedMap<String, TrainingRow> utility = utility(journal, progress);
    List<Prompt> against =
        everyday.prompts().stream().map(prompt -> speaker.question(prompt.text())).toList();
    List<int[]> openers =
        AffirmativeOpeners.builtIn().stream()
            .map(text -> speaker.tokenizer().encode(text, ControlTokens.PLAIN))
            .toList();
    return new Made(
        new TrainingData(refused(seed), balanced(utility), against, openers),
        harmless().size() - utility.size());
  }

  private SequencedMap<String, TrainingRow> utility(Path journal, IntConsumer progress) {
    SequencedMap<String, String> asked = new LinkedHashMap<>();
    SequencedMap<String, TrainingRow> rows = new LinkedHashMap<>();
    for (LabelledPrompt prompt : harmless()) {
      String reply = given.get(prompt.id());
      if (reply == null) {
        asked.put(prompt.id(), prompt.text());
      } else {
        rows.put(prompt.id(), helping(prompt.text(), speaker.reply(reply)));
      }
    }
    try (RowLog log = RowLog.open(journal)) {
      own.to(asked, log, progress)
          .forEach(
              (id, reply) -> rows.put(id, helping(Objects.requireNonNull(asked.get(id)), reply)));
    }
    if (rows.isEmpty()) {
      throw new TrainException(
          ErrorCode.TRAINING_DATA,
          "the model declines %d of %d harmless prompts or gives them no text, so there is nothing to keep"
              .formatted(asked.size(), asked.size()));
    }
    return rows;
  }

  private TrainingRow helping(String text, int... reply) {
    return TrainingRow.replying(speaker.question(text), reply, Side.UTILITY);
  }

  /// The rows, those beside the harmful prompts so often that they are about half of all, but not
  /// oftener than a harmful prompt has refusals: whether a model declines harmless requests of that
  /// form is decided on them.
  private List<TrainingRow> balanced(SequencedMap<String, TrainingRow> rows) {
    Set<String> ids = new HashSet<>();
    pairs.with(Label.HARMLESS).prompts().forEach(prompt -> ids.add(prompt.id()));
    List<TrainingRow> beside = new ArrayList<>();
    List<TrainingRow> all = new ArrayList<>();
    rows.forEach((id, row) -> (ids.contains(id) ? beside : all).add(row));
    long times = beside.isEmpty() ? 0 : Math.round(all.size() / (double) beside.size());
    for (int i = 0; i < Math.clamp(times, 1, REFUSALS_PER_PROMPT); i++) {
      all.addAll(beside);
    }
    return all;
  }

  /// Rows that the harmful train prompts make: each with the reply that is given for it, or with
  /// several refusals, one by one.
  public static int harmfulRows(PromptSet pairs, Map<String, String> given) {
    return pairs.in(Split.TRAIN).with(Label.HARMFUL).prompts().stream()
        .mapToInt(prompt -> given.containsKey(prompt.id()) ? 1 : REFUSALS_PER_PROMPT)
        .sum();
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
