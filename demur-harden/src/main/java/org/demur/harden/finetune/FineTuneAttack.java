package org.demur.harden.finetune;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.attacks.Request;
import org.demur.attacks.Victim;
import org.demur.data.PromptPairs;
import org.demur.data.PromptSet;
import org.demur.data.store.RowLog;
import org.demur.data.store.RunFolder;
import org.demur.directions.ModelFingerprint;
import org.demur.eval.judge.ReplyJudge;
import org.demur.harden.ArmResult;
import org.demur.harden.AttackPrompts;
import org.demur.harden.AttackRun;
import org.demur.harden.HardeningProgress;
import org.demur.harden.HardeningSubject;
import org.demur.harden.RefusalBeginnings;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.model.generation.Generated;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Generator;

/// Attacks a model by fine-tuning it on bare openers, and asks whether it still believes that
/// harmful requests are harmful.
///
/// The adapter that is trained lives in memory, is never written and is freed before this returns,
/// also after an error: the model is then what it was, bit for bit. Replies are judged, hashed and
/// dropped. A run that goes on takes known replies from its journal and trains again, to the same
/// bits.
///
/// **Source.** Zhao et al. 2025, section 5.2; latent-guard.md 9.8.
public final class FineTuneAttack {
  private static final int ROWS_AT_ONCE = 48;

  private final HardeningSubject subject;
  private final FineTuneSettings settings;
  private final AttackPrompts prompts;
  private final PromptSet pairs = PromptPairs.builtIn();
  private final RunFolder folder;
  private final HardeningProgress progress;
  private final Belief belief;
  private final ReplyJudge judge = ReplyJudge.shipped();

  /// Prepares an attack; nothing is computed yet.
  ///
  /// @param fingerprint hashes of the model with the adapters that are on
  /// @param folder of the run, for the journals of replies
  /// @param progress is told what happens; what it throws stops the attack
  public FineTuneAttack(
      HardeningSubject subject,
      ModelFingerprint fingerprint,
      FineTuneSettings settings,
      RunFolder folder,
      HardeningProgress progress) {
    this.subject = subject;
    this.settings = settings;
    this.prompts = AttackPrompts.builtIn(settings.budget());
    this.folder = folder;
    this.progress = progress;
    this.belief = new Belief(subject.speaker(), pairs, prompts.train(), fingerprint, progress);
  }

  /// Measures the model, trains the adapter, measures again and throws the adapter away.
  ///
  /// @throws org.demur.train.TrainException when the training goes astray
  public FineTuneResult run() {
    LanguageModel model = subject.speaker().model();
    try (RowLog log = RowLog.open(folder.file("attacks.jsonl"))) {
      // the same tokens are looked at afterwards
      progress.at("refusal tokens", 0, 1);
      Victim victim =
          new Victim(subject.speaker(), RefusalBeginnings.of(subject.speaker(), prompts, judge));
      Path journal = folder.file("replies.jsonl");
      String asking = "the model's own replies";
      OpenerRows rows =
          OpenerRows.make(
              subject.speaker(),
              pairs,
              settings,
              journal,
              done -> progress.at(asking, done, 2 * settings.utilityRows()));
      Belief.Fitted fitted = belief.fit("before");
      FineTuneResult.State before =
          state("before", "before fine-tuning", victim, fitted, fitted, log);
      try (ThrowAwayAdapter adapter =
          new ThrowAwayAdapter(model, settings.adapter(), settings.seed())) {
        OpenerTraining.Done done =
            new OpenerTraining(model, settings).run(adapter.name(), rows, progress);
        Belief.Fitted refitted = belief.fit("after");
        FineTuneResult.State after =
            state("after", "after fine-tuning", victim, fitted, refitted, log);
        return new FineTuneResult(
            settings,
            rows.utility().size(),
            done,
            before,
            after,
            guarded(refitted, "after, fitted again"));
      }
    }
  }

  /// @param guard that was fitted before the attack
  /// @param own that was fitted on this state
  private FineTuneResult.State state(
      String key, String name, Victim victim, Belief.Fitted guard, Belief.Fitted own, RowLog log) {
    progress.at(key + ": replies", 0, 1);
    AttackRun run = new AttackRun(victim, judge, log, settings.budget().maxNewTokens(), false);
    ArmResult arm =
        new ArmResult(
            key,
            name,
            subject.adapter(),
            victim.tokens().pieces(),
            List.of(),
            run.untouched(key + "/everyday", prompts.everyday()),
            List.of(run.untouched(key, prompts.test())));
    progress.at(key + ": openers", 0, 1);
    Map<String, Boolean> opened = opened(victim);
    FineTuneResult.Guarded guarded = guarded(guard, key);
    return new FineTuneResult.State(
        arm, opened, guarded, own.direction(), belief.refusalDirection(key));
  }

  private FineTuneResult.Guarded guarded(Belief.Fitted fitted, String key) {
    return new FineTuneResult.Guarded(
        belief.score(key, fitted.guard()), fitted.guard().settings().threshold());
  }

  /// Which test requests the model begins to answer with an opener; the tokens are dropped.
  private Map<String, Boolean> opened(Victim victim) {
    Speaker speaker = victim.speaker();
    GenerationRequest request =
        GenerationRequest.greedy(OpenerRows.longestOpener(speaker), speaker.endOfSequence());
    Generator generator = new Generator(speaker.model(), Optional.empty());
    Map<String, Boolean> opened = new HashMap<>();
    List<Request> all = prompts.test();
    for (int from = 0; from < all.size(); from += ROWS_AT_ONCE) {
      List<Request> some = all.subList(from, Math.min(all.size(), from + ROWS_AT_ONCE));
      List<Prompt> asked = new ArrayList<>(victim.questions(some));
      List<Generated.Answer> answers = generator.generate(asked, request).rows();
      for (int i = 0; i < some.size(); i++) {
        opened.put(some.get(i).id(), OpenerRows.opens(speaker, answers.get(i).ids()));
      }
    }
    return opened;
  }
}
