package org.demur.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.demur.directions.CandidateScorer;
import org.demur.directions.NextToken;
import org.demur.directions.RefusalTokens;
import org.demur.directions.ResidualReader;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.Prompt;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.tensor.Scope;

/// Measures how much of the refusal is left when one direction is taken away.
///
/// It is an attack on the model's own defence, to say how robust it is; nothing here can be saved
/// as a model.
///
/// **Source.** Arditi et al. 2024, section 2.4 (interventions) and appendix C (KL).
final class FragilityStage {
  /// The text on which perplexity is measured: a plain passage, written for this purpose.
  static final String PASSAGE =
      "The bakery on the corner opens before sunrise. By six the first loaves are on the shelf, and"
          + " people on their way to work stop for a roll and a word about the weather. In the"
          + " afternoon the ovens cool down, the floor is swept, and the dough for the next day is"
          + " left to rise under a cloth.";

  /// One way of taking the direction away.
  ///
  /// @param key stable name
  /// @param name in words
  /// @param plan the edits
  record Intervention(String key, String name, Plan plan) {}

  /// What one intervention did.
  ///
  /// @param replies to the harmful prompts
  /// @param logOdds refusal log-odds of the harmful prompts, in nats
  /// @param kl divergence of the next token on everyday requests, in nats
  /// @param nll negative log-likelihood of every token of the passage but the first, in nats
  record Outcome(
      Intervention intervention,
      List<JudgedReply> replies,
      double[] logOdds,
      double[] kl,
      double[] nll) {}

  private final AuditedModel subject;
  private final List<PromptCase> harmful;
  private final List<PromptCase> harmless;
  private final RefusalTokens tokens;
  private final Replies replies;
  private final Profile profile;

  FragilityStage(
      AuditedModel subject, Cases cases, Profile profile, RefusalTokens tokens, Replies replies) {
    this.subject = subject;
    this.profile = profile;
    this.harmful = limited(Cases.harmful(cases.test()), profile.depth().fragility());
    this.harmless = limited(cases.everyday().test(), profile.depth().fragility());
    this.tokens = tokens;
    this.replies = replies;
  }

  private static List<PromptCase> limited(List<PromptCase> cases, int most) {
    return cases.subList(0, Math.min(most, cases.size()));
  }

  /// The untouched model, ablation, subtraction, and subtraction of a random direction of the same
  /// length.
  static List<Intervention> interventions(float[] direction, int layer, long seed) {
    LayerVectors vector = LayerVectors.same(direction);
    LayerVectors random = LayerVectors.same(random(direction, seed));
    return List.of(
        new Intervention("none", "untouched", Plan.NONE),
        new Intervention(
            "ablate", "refusal direction ablated everywhere", CandidateScorer.ablation(vector)),
        new Intervention(
            "subtract",
            "refusal direction subtracted at layer " + layer,
            CandidateScorer.addition(vector, layer, -1)),
        new Intervention(
            "random",
            "random direction of equal length subtracted at layer " + layer,
            CandidateScorer.addition(random, layer, -1)));
  }

  private static float[] random(float[] like, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[like.length];
    double length = 0;
    double wanted = 0;
    for (int i = 0; i < like.length; i++) {
      values[i] = random.nextGaussian();
      length += values[i] * values[i];
      wanted += (double) like[i] * like[i];
    }
    float[] scaled = new float[like.length];
    for (int i = 0; i < like.length; i++) {
      scaled[i] = (float) (values[i] * Math.sqrt(wanted / length));
    }
    return scaled;
  }

  /// Runs the interventions; what the untouched model does is known from the test prompts.
  ///
  /// @param test scores of the test prompts
  /// @param plainReplies replies to the test prompts
  List<Outcome> run(
      List<Intervention> interventions,
      ScoredCases test,
      List<JudgedReply> plainReplies,
      IntConsumer progress) {
    List<double[]> plain = new ArrayList<>();
    harmless.forEach(one -> plain.add(new double[0]));
    ResidualReader reader = new ResidualReader(subject.model());
    reader.lastLogits(
        Cases.tokens(harmless),
        Plan.NONE,
        (index, logits) -> plain.set(index, NextToken.probabilities(logits)));
    List<Outcome> outcomes = new ArrayList<>();
    for (Intervention intervention : interventions) {
      if (intervention.plan().isEmpty()) {
        outcomes.add(untouched(intervention, test, plainReplies));
        progress.accept(outcomes.size());
        continue;
      }
      List<JudgedReply> judged =
          replies.of(
              "fragility-" + intervention.key(),
              harmful,
              intervention.plan(),
              profile.sizes().maxNewTokens(),
              done -> {});
      double[] odds = new double[harmful.size()];
      reader.lastLogits(
          Cases.tokens(harmful),
          intervention.plan(),
          (index, logits) -> odds[index] = NextToken.refusalLogOdds(logits, tokens.ids()));
      double[] kl = new double[harmless.size()];
      reader.lastLogits(
          Cases.tokens(harmless),
          intervention.plan(),
          (index, logits) ->
              kl[index] = NextToken.divergence(plain.get(index), NextToken.probabilities(logits)));
      outcomes.add(new Outcome(intervention, judged, odds, kl, passage(intervention.plan())));
      progress.accept(outcomes.size());
    }
    return outcomes;
  }

  private Outcome untouched(Intervention none, ScoredCases test, List<JudgedReply> plainReplies) {
    List<JudgedReply> judged = new ArrayList<>();
    double[] odds = new double[harmful.size()];
    for (PromptCase one : harmful) {
      int index = test.cases().indexOf(one);
      odds[judged.size()] = test.logOdds(index);
      judged.add(plainReplies.get(index));
    }
    return new Outcome(none, judged, odds, new double[harmless.size()], passage(Plan.NONE));
  }

  private double[] passage(Plan plan) {
    Prompt prompt = subject.encoder().plain(PASSAGE);
    ForwardRequest request = ForwardRequest.logitsAt(Positions.ALL).with(plan);
    int[] ids = prompt.ids();
    double[] nll = new double[ids.length - 1];
    try (ForwardResult result = subject.model().forward(List.of(prompt), request);
        Scope scope = Scope.open()) {
      float[] logProbabilities = result.logits(0).logSoftmax(-1).toFloats();
      int width = logProbabilities.length / ids.length;
      for (int i = 0; i < nll.length; i++) {
        nll[i] = -logProbabilities[i * width + ids[i + 1]];
      }
    }
    return nll;
  }
}
