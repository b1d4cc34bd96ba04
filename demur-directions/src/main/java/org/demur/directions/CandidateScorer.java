package org.demur.directions;

import java.util.ArrayList;
import java.util.List;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.hook.HookSite;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.Intervention.DirectionalAblation;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;

/// Scores directions by what they do to a model's refusal: bypass, induce and KL.
///
/// **Source**: Arditi et al. 2024, section 2.4 and appendix C.
public final class CandidateScorer {
  private final ResidualReader reader;
  private final List<Integer> refusalIds;
  private final List<Prompt> both;
  private final List<Prompt> harmless;
  private final int harmfulCount;
  private final List<double[]> plain = new ArrayList<>();
  private final double harmfulLogOdds;
  private final double harmlessLogOdds;

  /// Runs the prompts once without edits, to compare with.
  ///
  /// @param harmful at least one prompt
  /// @param harmless at least one prompt
  /// @param refusalIds tokens that begin a refusal
  public CandidateScorer(
      LanguageModel model, List<Prompt> harmful, List<Prompt> harmless, List<Integer> refusalIds) {
    this.reader = new ResidualReader(model);
    this.refusalIds = List.copyOf(refusalIds);
    this.harmless = List.copyOf(harmless);
    this.harmfulCount = harmful.size();
    this.both = new ArrayList<>(harmful);
    both.addAll(harmless);
    double[] odds = new double[both.size()];
    harmless.forEach(prompt -> plain.add(new double[0]));
    reader.lastLogits(
        both,
        Plan.NONE,
        (index, logits) -> {
          odds[index] = NextToken.refusalLogOdds(logits, this.refusalIds);
          if (index >= harmfulCount) {
            plain.set(index - harmfulCount, NextToken.probabilities(logits));
          }
        });
    this.harmfulLogOdds = mean(odds, 0, harmfulCount);
    this.harmlessLogOdds = mean(odds, harmfulCount, odds.length);
  }

  /// Mean refusal log-odds of the harmful prompts without edits, in nats.
  public double harmfulLogOdds() {
    return harmfulLogOdds;
  }

  /// Mean refusal log-odds of the harmless prompts without edits, in nats.
  public double harmlessLogOdds() {
    return harmlessLogOdds;
  }

  /// Scores one direction.
  ///
  /// A direction of length 0, as at a token that all prompts share before the first block, changes
  /// nothing.
  ///
  /// @param vector the difference in means, `[dModel]`, not normalised
  /// @param layer block at whose input it is added for the induce score
  public CandidateScores score(float[] vector, int layer) {
    Ablated ablated = ablated(vector);
    if (isZero(vector)) {
      return new CandidateScores(ablated.bypass(), harmlessLogOdds, ablated.kl());
    }
    double[] induced = new double[harmless.size()];
    reader.lastLogits(
        harmless,
        addition(LayerVectors.same(vector), layer, 1),
        (index, logits) -> induced[index] = NextToken.refusalLogOdds(logits, refusalIds));
    return new CandidateScores(ablated.bypass(), mean(induced, 0, induced.length), ablated.kl());
  }

  /// What ablating a direction does.
  ///
  /// @param bypass mean refusal log-odds of the harmful prompts, in nats
  /// @param kl mean divergence of the next token on the harmless prompts, in nats
  public record Ablated(double bypass, double kl) {}

  /// Scores one direction by its ablation alone, without the pass for the induce score.
  ///
  /// @param vector the difference in means, `[dModel]`, not normalised; of length 0 it changes
  ///   nothing
  public Ablated ablated(float... vector) {
    if (isZero(vector)) {
      return new Ablated(harmfulLogOdds, 0);
    }
    double[] odds = new double[both.size()];
    double[] kl = new double[harmless.size()];
    reader.lastLogits(
        both,
        ablation(LayerVectors.same(vector)),
        (index, logits) -> {
          odds[index] = NextToken.refusalLogOdds(logits, refusalIds);
          if (index >= harmfulCount) {
            int row = index - harmfulCount;
            kl[row] = NextToken.divergence(plain.get(row), NextToken.probabilities(logits));
          }
        });
    return new Ablated(mean(odds, 0, harmfulCount), mean(kl, 0, kl.length));
  }

  /// Directional ablation everywhere (Arditi et al. 2024).
  public static Plan ablation(LayerVectors direction) {
    return Plan.of(new DirectionalAblation(Target.residualStream(), direction));
  }

  /// Activation addition at the input of one block, at all positions (Arditi et al. 2024).
  public static Plan addition(LayerVectors direction, int layer, double coefficient) {
    Target target = Target.everywhere(HookSite.RESID_PRE).inLayers(layer);
    return Plan.of(new ActivationAddition(target, direction, coefficient));
  }

  private static boolean isZero(float... vector) {
    for (float value : vector) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  private static double mean(double[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum / (to - from);
  }
}
