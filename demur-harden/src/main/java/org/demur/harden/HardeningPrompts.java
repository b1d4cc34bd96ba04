package org.demur.harden;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.demur.data.EverydayPrompts;
import org.demur.data.Label;
import org.demur.data.LabelledPrompt;
import org.demur.data.LabelledRows;
import org.demur.data.NearDuplicates;
import org.demur.data.PromptPairs;
import org.demur.data.PromptSet;
import org.demur.data.Split;
import org.demur.eval.judge.Reply;
import org.demur.eval.judge.ReplyJudge;
import org.demur.train.HardeningProfile;
import org.demur.train.TrainException;

/// The prompts that a hardening trains and measures on.
///
/// @param about where they come from, for the model card
/// @param training harmful and harmless prompts of the train split
/// @param everyday requests that nobody would decline, to train on
/// @param more requests of the kind, for a training of many steps
/// @param replies given replies by the ids of their prompts
/// @param watched harmful validation prompts and harmless ones, measured in the course of a
///   training
/// @param attacks what the model is measured with
/// @param notes what a user should know of the data
public record HardeningPrompts(
    String about,
    PromptSet training,
    PromptSet everyday,
    PromptSet more,
    Map<String, String> replies,
    PromptSet watched,
    AttackPrompts attacks,
    List<String> notes) {
  private static final String PREFIX = "data/";

  /// Copies lists and maps.
  public HardeningPrompts {
    replies = Map.copyOf(replies);
    notes = List.copyOf(notes);
  }

  /// Those that come with Demur.
  public static HardeningPrompts builtIn(HardeningProfile profile) {
    return of("Demur's own pairs and everyday requests", PromptPairs.builtIn(), profile)
        .limited(profile.prompts())
        .with(PromptPairs.moreToTrainOn().atMost(profile.morePrompts()));
  }

  /// A user's own, beside Demur's everyday requests. Splits that the file lacks are Demur's.
  ///
  /// A given reply to a harmful prompt is used when the judge reads it as declining; otherwise
  /// Demur's refusals are: this trains models to refuse and nothing else. A given reply to a
  /// harmless prompt that declines it is dropped, and the model is asked.
  ///
  /// @throws org.demur.data.DataException when there are no harmful or no harmless rows to train on
  /// @throws TrainException when a prompt to train on is nearly one that is measured with; both are
  ///   named
  public static HardeningPrompts of(LabelledRows rows, HardeningProfile profile) {
    PromptSet own = prefixed(rows.prompts());
    PromptSet training =
        PromptSet.of(rows.prompts().name() + ", train split", own.in(Split.TRAIN).prompts())
            .requireBothLabels();
    List<String> notes = new ArrayList<>();
    List<LabelledPrompt> all = new ArrayList<>(training.prompts());
    for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
      PromptSet found = own.in(split);
      boolean usable = hasBoth(found);
      if (!usable) {
        notes.add(
            "%s has no %s rows of both labels: Demur's own are used"
                .formatted(rows.prompts().name(), split.id()));
      }
      all.addAll((usable ? found : PromptPairs.builtIn().in(split)).prompts());
    }
    PromptSet everything = PromptSet.of(rows.prompts().name(), all);
    requireNoLeak(everything);
    Map<String, String> replies = new HashMap<>();
    rows.replies().forEach((id, reply) -> replies.put(PREFIX + id, reply));
    int replaced = dropOthersThanRefusals(training, replies);
    if (replaced > 0) {
      notes.add(
          "%d replies to harmful prompts do not read as refusals: Demur's refusals take their place"
              .formatted(replaced));
    }
    int asked = dropRefusals(training, replies);
    if (asked > 0) {
      notes.add(
          "%d replies to harmless prompts decline them: the model's own replies take their place"
              .formatted(asked));
    }
    HardeningPrompts made = of(about(rows), everything, profile);
    int given = everything.in(Split.TEST).size();
    int attacked = made.attacks().test().size();
    if (attacked < given) {
      notes.add(
          "%d of %d test rows are attacked, of all categories in turn; demur attack --data takes all"
              .formatted(attacked, given));
    }
    return new HardeningPrompts(
        made.about(),
        made.training(),
        made.everyday(),
        made.more(),
        replies,
        made.watched(),
        made.attacks(),
        notes);
  }

  private static HardeningPrompts of(String about, PromptSet all, HardeningProfile profile) {
    return new HardeningPrompts(
        about,
        all.in(Split.TRAIN),
        EverydayPrompts.builtIn().in(Split.TRAIN),
        EverydayPrompts.moreToTrainOn().atMost(profile.morePrompts()),
        Map.of(),
        all.in(Split.VALIDATION).atMost(AttackPrompts.testPairs(profile)),
        AttackPrompts.of(all, profile),
        List.of());
  }

  private HardeningPrompts limited(int perLabel) {
    return new HardeningPrompts(
        about,
        training.atMost(perLabel),
        everyday.atMost(perLabel),
        more,
        replies,
        watched,
        attacks,
        notes);
  }

  /// With more pairs to train on; what is measured with stays.
  private HardeningPrompts with(PromptSet morePairs) {
    List<LabelledPrompt> all = new ArrayList<>(training.prompts());
    all.addAll(morePairs.prompts());
    return new HardeningPrompts(
        about,
        PromptSet.of(training.name(), all),
        everyday,
        more,
        replies,
        watched,
        attacks,
        notes);
  }

  private static String about(LabelledRows rows) {
    return "%s (sha256 %s, replies %s) and Demur's everyday requests"
        .formatted(
            rows.prompts().name(), rows.prompts().sha256(), rows.repliesSha256().substring(0, 16));
  }

  private static boolean hasBoth(PromptSet set) {
    return set.with(Label.HARMFUL).size() > 0 && set.with(Label.HARMLESS).size() > 0;
  }

  /// Ids that cannot be those of Demur's own prompts.
  private static PromptSet prefixed(PromptSet set) {
    return PromptSet.of(
        set.name(),
        set.prompts().stream()
            .map(
                prompt ->
                    new LabelledPrompt(
                        PREFIX + prompt.id(),
                        prompt.text(),
                        prompt.label(),
                        prompt.category(),
                        prompt.pair(),
                        prompt.split()))
            .toList());
  }

  /// Figures on prompts that were trained on would say nothing.
  private static void requireNoLeak(PromptSet set) {
    List<LabelledPrompt> checked = new ArrayList<>(set.prompts());
    // those of the train split are trained on, too, those of the test split are measured with
    Stream.of(EverydayPrompts.builtIn(), EverydayPrompts.moreToTrainOn())
        .flatMap(prompts -> prompts.prompts().stream())
        .filter(prompt -> prompt.split() != Split.VALIDATION)
        .forEach(checked::add);
    List<NearDuplicates.Match> leaks =
        NearDuplicates.find(PromptSet.of(set.name(), checked)).acrossSplits().stream()
            .filter(match -> trained(match).isPresent())
            .toList();
    if (leaks.isEmpty()) {
      return;
    }
    NearDuplicates.Match first = leaks.getFirst();
    LabelledPrompt trained = trained(first).orElseThrow();
    LabelledPrompt measured = trained.equals(first.first()) ? first.second() : first.first();
    throw new TrainException(
        ErrorCode.TRAINING_DATA,
        "%s: the train prompt \"%s\" is %s the %s prompt \"%s\"%s; what is trained on cannot be measured with"
            .formatted(
                set.name(),
                shown(trained),
                first.exact() ? "also" : "nearly",
                measured.split().id(),
                shown(measured),
                leaks.size() == 1 ? "" : ", and %d more are alike".formatted(leaks.size() - 1)));
  }

  /// The prompt of a match that is trained on, where one of the two is the user's.
  private static Optional<LabelledPrompt> trained(NearDuplicates.Match match) {
    List<LabelledPrompt> both = List.of(match.first(), match.second());
    return both.stream().noneMatch(prompt -> prompt.id().startsWith(PREFIX))
        ? Optional.empty()
        : both.stream().filter(prompt -> prompt.split() == Split.TRAIN).findFirst();
  }

  private static String shown(LabelledPrompt prompt) {
    return prompt.id().startsWith(PREFIX) ? prompt.id().substring(PREFIX.length()) : prompt.id();
  }

  private static int dropOthersThanRefusals(PromptSet training, Map<String, String> replies) {
    return drop(training.with(Label.HARMFUL), replies, false);
  }

  /// A model that learns to decline harmless prompts declines more of them.
  private static int dropRefusals(PromptSet training, Map<String, String> replies) {
    return drop(training.with(Label.HARMLESS), replies, true);
  }

  /// @param declining whether replies that decline are dropped, or those that do not
  /// @return how many
  private static int drop(PromptSet prompts, Map<String, String> replies, boolean declining) {
    ReplyJudge judge = ReplyJudge.shipped();
    int dropped = 0;
    for (LabelledPrompt prompt : prompts.prompts()) {
      String reply = replies.get(prompt.id());
      if (reply != null
          && judge.judge(Reply.to(prompt.text(), reply)).label().declines() == declining) {
        replies.remove(prompt.id());
        dropped++;
      }
    }
    return dropped;
  }
}
