package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.demur.model.intervention.Plan;

/// Greedy coordinate gradient: searches a suffix of the user's text, token by token, after which
/// the model begins to agree.
///
/// Every request has a suffix of its own. A search goes on from the best candidate of each step,
/// even where it is worse than the suffix before, and gives the best of all steps; it ends early
/// when greedy decoding writes the target.
///
/// **Source.** See [SuffixSearch].
public final class GcgAttack implements Attack {
  private static final String START = " !";

  private final GcgSettings settings;

  /// Makes the attack.
  public GcgAttack(GcgSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "gcg";
  }

  @Override
  public String budget() {
    return "%d tokens, at most %d steps of %d candidates from the top %d%s"
        .formatted(
            settings.suffixTokens(),
            settings.steps(),
            settings.width(),
            settings.topK(),
            settings.transfer() ? "; starts from the last success" : "");
  }

  @Override
  public boolean appliesToHarmless() {
    return false;
  }

  /// The end of a search.
  private record Outcome(SuffixedPrompt prompt, double loss, boolean reached) {}

  @Override
  public List<Attempt> on(Victim victim, List<Request> requests, IntConsumer progress) {
    SuffixSearch search = new SuffixSearch(victim.speaker(), settings.width(), settings.topK());
    int[] target = Openers.tokens(victim.speaker(), settings.target());
    String standard = START.repeat(settings.suffixTokens());
    String start = standard;
    List<Attempt> attempts = new ArrayList<>();
    for (int request = 0; request < requests.size(); request++) {
      Request attacked = requests.get(request);
      Outcome outcome =
          searched(search, begin(search, attacked.text(), start, standard), target, attacked);
      if (settings.transfer() && outcome.reached()) {
        start = search.encoder().text(outcome.prompt()).orElse(standard);
      }
      attempts.add(
          new Attempt(
              request, "", outcome.prompt().prompt(), Plan.NONE, Optional.of(outcome.loss())));
      progress.accept(request + 1);
    }
    return attempts;
  }

  /// A suffix that was found after another text may merge with this one.
  private static SuffixedPrompt begin(
      SuffixSearch search, String text, String start, String standard) {
    if (!start.equals(standard)) {
      try {
        return search.encoder().start(text, start);
      } catch (AttackException merged) {
        return search.encoder().start(text, standard);
      }
    }
    return search.encoder().start(text, standard);
  }

  private Outcome searched(
      SuffixSearch search, SuffixedPrompt start, int[] target, Request request) {
    // a stream per request: what is drawn does not depend on the others
    SplittableRandom random = new SplittableRandom(settings.seed() ^ request.id().hashCode());
    Outcome best = new Outcome(start, Double.POSITIVE_INFINITY, false);
    SuffixedPrompt current = start;
    for (int step = 0; step < settings.steps() && !best.reached(); step++) {
      SuffixSearch.Found found = search.step(current, target, random);
      if (found.before() < best.loss()) {
        best = new Outcome(current, found.before(), false);
      }
      if (found.loss() < best.loss() || found.reached()) {
        best = new Outcome(found.prompt(), found.loss(), found.reached());
      }
      current = found.prompt();
    }
    return best;
  }
}
