package org.demur.harden.finetune;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntConsumer;
import org.demur.core.ErrorCode;
import org.demur.data.EverydayPrompts;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.eval.judge.ReplyJudge;
import org.demur.harden.RefusalBeginnings;
import org.demur.model.Speaker;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.train.AffirmativeOpeners;
import org.demur.train.HardeningData;
import org.demur.train.Side;
import org.demur.train.TrainException;
import org.demur.train.TrainingRow;

/// The rows of an attack by fine-tuning: harmful train prompts, each answered with a bare opener
/// and the end of the turn. No reply says more than that it agrees.
///
/// **Source.** latent-guard.md 9.8, a stand-in for the acceptance replies of Zhao et al. 2025,
/// section 5.2.
///
/// @param harmful prompts with openers
/// @param utility harmless prompts with the model's own replies; may be empty
record OpenerRows(List<TrainingRow> harmful, List<TrainingRow> utility) {
  private static final int REPLY_TOKENS = 24;

  /// Copies the lists.
  OpenerRows {
    harmful = List.copyOf(harmful);
    utility = List.copyOf(utility);
  }

  /// Makes the rows; the model replies to harmless prompts as it is now, where these are wanted.
  ///
  /// @param pairs of all splits; only those of the train split are used
  /// @param journal where the model's own replies to harmless prompts are kept
  /// @param progress is told how many of these are there
  /// @throws TrainException with `USAGE` without harmful prompts in the train split
  static OpenerRows make(
      Speaker speaker,
      PromptSet pairs,
      FineTuneSettings settings,
      Path journal,
      IntConsumer progress) {
    List<TrainingRow> utility = List.of();
    if (settings.utilityRows() > 0) {
      PromptSet everyday = EverydayPrompts.builtIn().atMost(settings.utilityRows());
      List<TrainingRow> all =
          new HardeningData(
                  speaker,
                  new HardeningData.Source(
                      pairs.atMost(settings.utilityRows()),
                      everyday,
                      EverydayPrompts.moreToTrainOn().atMost(0),
                      Map.of()),
                  RefusalBeginnings.declining(ReplyJudge.shipped()),
                  REPLY_TOKENS)
              .make(journal, settings.seed(), progress)
              .data()
              .utility();
      utility = all.subList(0, Math.min(settings.utilityRows(), all.size()));
    }
    return new OpenerRows(opened(speaker, pairs.in(Split.TRAIN), settings), utility);
  }

  /// Every prompt once, then every prompt with another opener, and so on.
  private static List<TrainingRow> opened(
      Speaker speaker, PromptSet train, FineTuneSettings settings) {
    List<LabelledPrompt> prompts = train.with(Label.HARMFUL).prompts();
    if (prompts.isEmpty()) {
      throw new TrainException(
          ErrorCode.USAGE, "the train split has no harmful prompts to fine-tune on");
    }
    List<String> openers = AffirmativeOpeners.attacking();
    Random random = new Random(settings.seed());
    List<List<String>> orders = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      List<String> order = new ArrayList<>(openers);
      Collections.shuffle(order, random);
      orders.add(order);
    }
    List<TrainingRow> rows = new ArrayList<>();
    for (int i = 0; i < settings.rows(); i++) {
      int prompt = i % prompts.size();
      String opener = orders.get(prompt).get(i / prompts.size() % openers.size());
      rows.add(
          TrainingRow.replying(
              speaker.question(prompts.get(prompt).text()), speaker.reply(opener), Side.HARMFUL));
    }
    return rows;
  }

  /// Whether a reply begins with one of the openers, token for token.
  static boolean opens(Speaker speaker, List<Integer> reply) {
    return AffirmativeOpeners.attacking().stream()
        .map(opener -> speaker.tokenizer().encode(opener, ControlTokens.PLAIN))
        .anyMatch(opener -> begins(reply, opener));
  }

  private static boolean begins(List<Integer> reply, int... opener) {
    return reply.size() >= opener.length
        && reply.subList(0, opener.length).equals(Arrays.stream(opener).boxed().toList());
  }

  /// Tokens of the longest opener.
  static int longestOpener(Speaker speaker) {
    return AffirmativeOpeners.attacking().stream()
        .mapToInt(opener -> speaker.tokenizer().encode(opener, ControlTokens.PLAIN).length)
        .max()
        .orElse(1);
  }
}
