package org.demur.attacks;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.demur.core.ErrorCode;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.intervention.Intervention;
import org.demur.model.intervention.Plan;

/// Perturbs the residual stream at several depths so that a wanted reply becomes likely and the
/// refusal unlikely: the inner adversary of targeted latent adversarial training (LAT).
///
/// Vectors per token start at zero, follow AdamW, and are shortened to the radius after each step.
/// The two rows of a pair share their vectors by position. All rows run in one pass per step: a
/// pair costs two forward and two backward passes a step.
///
/// **Source.** Sheshadri et al. 2024 (arXiv 2407.15549); `latent-adversarial-training`. Deviation:
/// both rows of a pair go into one step of the optimiser in one pass.
public final class LatentPerturbation {
  private final TargetLoss loss;
  private final LatentSettings settings;
  private final int dModel;

  /// Prepares the adversary of a model, which stays as it is.
  public LatentPerturbation(LanguageModel model, LatentSettings settings) {
    this.loss = new TargetLoss(model);
    this.settings = settings;
    this.dModel = model.architecture().dimensions().dModel();
  }

  /// Two replies to the same prompt.
  ///
  /// @param toward becomes likely
  /// @param away becomes unlikely
  public record Pair(TargetRow toward, TargetRow away) {
    /// Checks that the prompts are the same.
    ///
    /// @throws AttackException with `PLAN` when they are not as long
    public Pair {
      int length = toward.prompt().promptLength();
      if (away.prompt().promptLength() != length) {
        throw new AttackException(
            ErrorCode.PLAN,
            "the rows of a pair have prompts of %d and %d tokens, but must share theirs"
                .formatted(length, away.prompt().promptLength()));
      }
    }
  }

  /// What was found for one pair.
  ///
  /// @param toward plan for the row that becomes likely
  /// @param away plan for the row that becomes unlikely; the same where only the prompt is touched
  /// @param losses weighted loss of the pair before each step; the first is the unperturbed one
  /// @param filled greatest length of a vector as a share of the radius, in [0, 1]
  /// @param passes what the pair cost
  public record Perturbed(
      Plan toward, Plan away, List<Double> losses, double filled, RowPasses passes) {
    /// Copies the list.
    public Perturbed {
      losses = List.copyOf(losses);
    }
  }

  /// The vectors at one block with what moves them.
  private record Moved(TokenDelta delta, DeltaOptimiser optimiser) {}

  /// The vectors of one pair, by block.
  private final class Adversary {
    final Pair pair;
    final SortedMap<Integer, Moved> vectors = new TreeMap<>();
    final List<Double> losses = new ArrayList<>();

    Adversary(Pair pair) {
      this.pair = pair;
      int tokens = Math.max(touched(pair.toward().prompt()), touched(pair.away().prompt()));
      List<Integer> positions = IntStream.range(0, tokens).boxed().toList();
      for (int block : settings.blocks()) {
        vectors.put(
            block,
            new Moved(
                new TokenDelta(positions, dModel),
                new DeltaOptimiser(LatentSettings.RULE, tokens * dModel)));
      }
    }

    Plan plan(TargetRow row) {
      List<Intervention> edits = new ArrayList<>();
      int tokens = touched(row.prompt());
      vectors.forEach((block, moved) -> edits.add(moved.delta().addedTo(block, tokens)));
      return new Plan(edits);
    }

    List<TargetLoss.Term> terms() {
      return List.of(
          new TargetLoss.Term(
              pair.toward(), plan(pair.toward()), TokenLoss.CROSS_ENTROPY, settings.toward()),
          new TargetLoss.Term(
              pair.away(), plan(pair.away()), TokenLoss.UNLIKELIHOOD, settings.away()));
    }

    void descend(TargetLoss.Measured toward, TargetLoss.Measured away) {
      losses.add(settings.toward() * toward.loss() + settings.away() * away.loss());
      vectors.forEach(
          (block, moved) -> {
            float[] values = moved.delta().values();
            float[] gradient = new float[values.length];
            moved.delta().gather(toward.gradient(block), gradient);
            moved.delta().gather(away.gradient(block), gradient);
            moved.optimiser().step(values, gradient, settings.learningRate());
            moved.delta().clip(settings.radius());
          });
    }

    Perturbed found() {
      double longest =
          vectors.values().stream()
              .mapToDouble(moved -> moved.delta().greatestLength())
              .max()
              .orElse(0);
      RowPasses passes = new RowPasses(2L * settings.steps(), 2L * settings.steps());
      return new Perturbed(
          plan(pair.toward()), plan(pair.away()), losses, longest / settings.radius(), passes);
    }
  }

  /// Tokens of a row that are perturbed, from its first.
  private int touched(Prompt row) {
    return settings.completion() ? row.length() : row.promptLength();
  }

  /// Perturbs pairs.
  public List<Perturbed> against(List<Pair> pairs) {
    List<Adversary> adversaries = pairs.stream().map(Adversary::new).toList();
    for (int number = 0; number < settings.steps(); number++) {
      List<TargetLoss.Term> terms =
          adversaries.stream().flatMap(adversary -> adversary.terms().stream()).toList();
      List<TargetLoss.Measured> measured = loss.withGradients(terms, settings.blocks());
      for (int i = 0; i < adversaries.size(); i++) {
        adversaries.get(i).descend(measured.get(2 * i), measured.get(2 * i + 1));
      }
    }
    return adversaries.stream().map(Adversary::found).toList();
  }
}
