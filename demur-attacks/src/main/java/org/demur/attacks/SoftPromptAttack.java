package org.demur.attacks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.demur.model.Prompt;
import org.demur.model.Speaker;
import org.demur.model.intervention.Plan;
import org.demur.tensor.AdamWRule;
import org.demur.text.tokenizer.ControlTokens;

/// Puts free embeddings behind the user's text and optimises them until the model begins to agree.
///
/// The embeddings start as those of the token " x". What is optimised is their difference from
/// these, added at the input of the first block. Requests run together, and a request whose loss
/// has fallen far enough leaves the batch. The best of all steps counts.
///
/// **Source.** Schwinn et al. 2024 (arXiv 2402.09063); the circuit-breakers code. Deviations: Adam,
/// and one neutral target for all requests.
public final class SoftPromptAttack implements Attack {
  private static final String PLACEHOLDER = " x";
  private static final AdamWRule ADAM =
      new AdamWRule(
          AdamWRule.STANDARD.beta1(), AdamWRule.STANDARD.beta2(), AdamWRule.STANDARD.epsilon(), 0);

  private final SoftPromptSettings settings;

  /// Makes the attack.
  public SoftPromptAttack(SoftPromptSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "soft-prompt";
  }

  @Override
  public String budget() {
    return "%d free embeddings, at most %d Adam steps of %s or until a loss of %s"
        .formatted(
            settings.tokens(), settings.steps(), settings.learningRate(), settings.stopLoss());
  }

  @Override
  public boolean appliesToHarmless() {
    return false;
  }

  /// One request with its embeddings, and the best ones so far.
  private static final class Search {
    final int request;
    final TargetRow row;
    final Prompt prompt;
    final TokenDelta delta;
    final DeltaOptimiser optimiser;
    private Plan best = Plan.NONE;
    private double bestLoss = Double.POSITIVE_INFINITY;

    Search(int request, Prompt prompt, int[] target, int tokens, int dModel) {
      this.request = request;
      this.prompt = prompt;
      this.row = TargetRow.of(prompt, target);
      List<Integer> free =
          IntStream.rangeClosed(prompt.tInst() - tokens + 1, prompt.tInst()).boxed().toList();
      this.delta = new TokenDelta(free, dModel);
      this.optimiser = new DeltaOptimiser(ADAM, tokens * dModel);
    }

    Plan plan() {
      return Plan.of(delta.addedTo(0, delta.tokens()));
    }

    void note(double loss) {
      if (loss < bestLoss) {
        bestLoss = loss;
        best = plan();
      }
    }

    Attempt attempt() {
      return new Attempt(request, "", prompt, best, Optional.of(bestLoss));
    }
  }

  @Override
  public List<Attempt> on(Victim victim, List<Request> requests, IntConsumer progress) {
    List<Search> searches = searches(victim, requests);
    TargetLoss loss = new TargetLoss(victim.model());
    double rate = settings.learningRate() * new EmbeddingTable(victim.model()).scale();
    List<Attempt> attempts = new ArrayList<>();
    for (List<Search> batch : RowBatches.of(searches)) {
      optimise(loss, batch, rate);
      batch.forEach(search -> attempts.add(search.attempt()));
      progress.accept(attempts.size());
    }
    return attempts;
  }

  private List<Search> searches(Victim victim, List<Request> requests) {
    Speaker speaker = victim.speaker();
    int[] placeholder = speaker.tokenizer().encode(PLACEHOLDER, ControlTokens.PLAIN);
    int[] free = new int[settings.tokens()];
    Arrays.fill(free, placeholder[placeholder.length - 1]);
    int[] target = Openers.tokens(speaker, settings.target());
    int dModel = victim.model().architecture().dimensions().dModel();
    List<Prompt> questions = victim.questions(requests);
    return IntStream.range(0, requests.size())
        .mapToObj(
            request ->
                new Search(
                    request,
                    questions.get(request).insertedAfterText(free),
                    target,
                    free.length,
                    dModel))
        .toList();
  }

  private void optimise(TargetLoss loss, List<Search> batch, double rate) {
    List<Search> active = batch;
    for (int step = 0; step < settings.steps() && !active.isEmpty(); step++) {
      List<TargetLoss.Measured> measured = loss.withGradients(terms(active), List.of(0));
      List<Search> left = new ArrayList<>();
      for (int i = 0; i < active.size(); i++) {
        Search search = active.get(i);
        search.note(measured.get(i).loss());
        if (measured.get(i).loss() >= settings.stopLoss()) {
          float[] values = search.delta.values();
          float[] gradient = new float[values.length];
          search.delta.gather(measured.get(i).gradient(0), gradient);
          search.optimiser.step(values, gradient, rate);
          left.add(search);
        }
      }
      active = left;
    }
    if (!active.isEmpty()) {
      List<TargetLoss.Measured> last = loss.of(terms(active));
      for (int i = 0; i < active.size(); i++) {
        active.get(i).note(last.get(i).loss());
      }
    }
  }

  private static List<TargetLoss.Term> terms(List<Search> searches) {
    return searches.stream()
        .map(search -> TargetLoss.Term.towards(search.row, search.plan()))
        .toList();
  }
}
