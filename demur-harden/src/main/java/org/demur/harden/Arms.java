package org.demur.harden;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.demur.attacks.Attack;
import org.demur.attacks.ChosenDirection;
import org.demur.attacks.Victim;
import org.demur.data.store.RowLog;
import org.demur.directions.RefusalTokens;
import org.demur.eval.judge.ReplyJudge;
import org.demur.model.Speaker;

/// Measures one state of a model: how it begins its refusals, what it declines, what attacks do.
public final class Arms {
  /// How thorough a measurement is.
  ///
  /// @param attacks which attacks
  /// @param budget of each
  /// @param maxNewTokens of every reply
  /// @param keepReplies whether the texts of replies are kept in the journal
  /// @param seed of what is drawn
  public record Settings(
      Collection<AttackName> attacks,
      AttackBudget budget,
      int maxNewTokens,
      boolean keepReplies,
      long seed) {
    /// Copies the names.
    public Settings {
      attacks = List.copyOf(attacks);
    }
  }

  /// One state.
  ///
  /// @param key stable name
  /// @param name in words
  /// @param adapter where its adapter lies
  public record State(String key, String name, Optional<String> adapter) {}

  /// What was measured, with the direction that a later state is attacked with, too.
  ///
  /// @param result the figures
  /// @param direction that switches its refusal off best; empty when no attack asked for it
  public record Measured(ArmResult result, Optional<ChosenDirection> direction) {}

  private final Speaker speaker;
  private final AttackPrompts prompts;
  private final Settings settings;
  private final RowLog log;
  private final HardeningProgress progress;

  /// Attacks that a later state is to be given this state's direction for.
  private static final Set<AttackName> WITH_DIRECTION =
      Set.of(AttackName.RFA, AttackName.RFA_TRANSFER);

  private final ReplyJudge judge = ReplyJudge.shipped();

  /// @param log keeps what is finished
  public Arms(
      Speaker speaker,
      AttackPrompts prompts,
      Settings settings,
      RowLog log,
      HardeningProgress progress) {
    this.speaker = speaker;
    this.prompts = prompts;
    this.settings = settings;
    this.log = log;
    this.progress = progress;
  }

  /// The attacks on a model, with directions chosen by the replies that they leave.
  public Battery battery(Victim victim) {
    return new Battery(
        victim,
        prompts,
        settings.budget(),
        new JudgedTrial(victim.speaker(), judge, settings.maxNewTokens()),
        settings.seed());
  }

  /// Measures the model as it is now.
  ///
  /// @param transferred direction of a model without the defence
  /// @param crossEntropies of helpful replies, see [ArmResult]
  /// @param leastRefusal share of harmful requests that the model must refuse by itself to be
  ///   attacked: where there is nothing to switch off, attacks say nothing
  public Measured measure(
      State state,
      Optional<Battery.Transferred> transferred,
      List<Double> crossEntropies,
      double leastRefusal) {
    progress.at(state.name() + ": refusal tokens", 0, 1);
    RefusalTokens tokens = RefusalBeginnings.of(speaker, prompts, judge);
    Victim victim = new Victim(speaker, tokens);
    AttackRun run =
        new AttackRun(victim, judge, log, settings.maxNewTokens(), settings.keepReplies());
    Battery battery = battery(victim);
    List<Attack> attacks = battery.attacks(settings.attacks(), transferred);
    progress.at(state.name() + ": no attack", 0, attacks.size() + 1);
    List<AttackOutcome> outcomes = new ArrayList<>();
    outcomes.add(run.untouched(state.key(), prompts.test()));
    AttackOutcome everyday = run.untouched(state.key() + "/everyday", prompts.everyday());
    boolean worthwhile = outcomes.getFirst().meanRefusal() >= leastRefusal;
    for (Attack attack : worthwhile ? attacks : List.<Attack>of()) {
      progress.at(state.name() + ": " + attack.name(), outcomes.size(), attacks.size() + 1);
      outcomes.add(
          run.of(state.key(), attack, prompts.test(), battery.mostRequests(attack), done -> {}));
    }
    Optional<ChosenDirection> direction =
        worthwhile && settings.attacks().stream().anyMatch(WITH_DIRECTION::contains)
            ? Optional.of(battery.chosen())
            : Optional.empty();
    return new Measured(
        new ArmResult(
            state.key(),
            state.name(),
            state.adapter(),
            tokens.pieces(),
            crossEntropies,
            everyday,
            outcomes),
        direction);
  }
}
