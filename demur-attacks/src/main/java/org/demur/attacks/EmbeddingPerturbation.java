package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.demur.model.LanguageModel;
import org.demur.model.intervention.Plan;

/// Perturbs the embeddings of tokens inside a ball each, so that targets become likely: the inner
/// attack of continuous adversarial training (CAT).
///
/// Sign-gradient steps on the cross-entropy of the targets, and after each step every token's
/// vector is shortened to the radius. All rows run in one pass per step; a row costs as many
/// forward as backward passes as there are steps.
///
/// The vectors are added at the input of the first block, behind the factor by which some families
/// scale embeddings; radius and absolute steps are scaled with it, as if the embeddings themselves
/// were perturbed.
///
/// **Source.** Xhonneux et al. 2024 (arXiv 2405.15589); `Continuous-AdvTrain`.
public final class EmbeddingPerturbation {
  private final TargetLoss loss;
  private final BallSettings settings;
  private final int dModel;
  private final double radius;
  private final double step;

  /// Measures the embeddings of the model, which stay as they are.
  public EmbeddingPerturbation(LanguageModel model, BallSettings settings) {
    this.loss = new TargetLoss(model);
    this.settings = settings;
    this.dModel = model.architecture().dimensions().dModel();
    EmbeddingTable table = new EmbeddingTable(model);
    this.radius = settings.radius() * table.meanLength();
    this.step =
        settings.relative()
            ? settings.step() * radius / Math.sqrt(dModel)
            : settings.step() * table.scale();
  }

  /// What was found for one row.
  ///
  /// @param plan adds the perturbation; for the row itself and for rows with the same prompt
  /// @param losses cross-entropy of the target before each step, in nats per token; the first is
  ///   that of the unperturbed row
  /// @param filled greatest length of a token's vector as a share of the radius, in [0, 1]
  /// @param passes what the row cost
  public record Perturbed(Plan plan, List<Double> losses, double filled, RowPasses passes) {
    /// Copies the list.
    public Perturbed {
      losses = List.copyOf(losses);
    }
  }

  /// Radius of the balls at the input of the first block.
  public double radius() {
    return radius;
  }

  /// Perturbs rows.
  ///
  /// @param rows prompts with the targets that are to become likely
  /// @param positions for each row, the tokens that are perturbed, rising, such as those of
  ///   [InstructionTokens]
  /// @throws AttackException with `PLAN` for a row without such tokens
  public List<Perturbed> against(List<TargetRow> rows, List<List<Integer>> positions) {
    List<TokenDelta> deltas =
        positions.stream().map(touched -> new TokenDelta(touched, dModel)).toList();
    List<List<Double>> losses =
        rows.stream().map(row -> (List<Double>) new ArrayList<Double>()).toList();
    for (int number = 0; number < settings.steps(); number++) {
      List<TargetLoss.Term> terms =
          IntStream.range(0, rows.size())
              .mapToObj(row -> TargetLoss.Term.towards(rows.get(row), plan(deltas.get(row))))
              .toList();
      List<TargetLoss.Measured> measured = loss.withGradients(terms, List.of(0));
      for (int row = 0; row < rows.size(); row++) {
        losses.get(row).add(measured.get(row).loss());
        descend(deltas.get(row), measured.get(row).gradient(0));
      }
    }
    RowPasses passes = new RowPasses(settings.steps(), settings.steps());
    return IntStream.range(0, rows.size())
        .mapToObj(
            row ->
                new Perturbed(
                    plan(deltas.get(row)),
                    losses.get(row),
                    deltas.get(row).greatestLength() / radius,
                    passes))
        .toList();
  }

  private static Plan plan(TokenDelta delta) {
    return Plan.of(delta.addedTo(0, delta.tokens()));
  }

  private void descend(TokenDelta delta, float... gradient) {
    float[] values = delta.values();
    float[] own = new float[values.length];
    delta.gather(gradient, own);
    for (int i = 0; i < values.length; i++) {
      values[i] -= (float) (step * Math.signum(own[i]));
    }
    delta.clip(radius);
  }
}
