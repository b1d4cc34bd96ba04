package org.demur.directions;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.demur.data.Label;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.hook.HookSite;
import org.demur.model.hook.Positions;
import org.demur.model.intervention.Intervention.ActivationAddition;
import org.demur.model.intervention.LayerVectors;
import org.demur.model.intervention.Plan;
import org.demur.model.intervention.Target;

/// Adds a direction at the input of one block at a time and reads what the model then does with its
/// first token.
///
/// The raw difference in means, times a coefficient c, is added at every token of the prompt; the
/// signal is the mean refusal log-odds after the prompt. Harmless prompts get +c, harmful ones -c.
/// A random direction of equal length stands beside it.
///
/// **Source.** Zhao et al. 2025, section 3.4.
public final class SteerSweep {
  /// What was added.
  public enum Added {
    /// The direction.
    DIRECTION,
    /// A random one of equal length.
    RANDOM
  }

  /// What is swept.
  ///
  /// @param layers blocks at whose input is added, one at a time
  /// @param coefficients as given; 0 is the untouched model
  /// @param seed of the random direction
  public record Grid(List<Integer> layers, List<Double> coefficients, long seed) {
    /// Sorts both lists.
    public Grid {
      layers = layers.stream().distinct().sorted().toList();
      coefficients = coefficients.stream().distinct().sorted().toList();
    }

    private List<Double> edits() {
      return coefficients.stream().filter(coefficient -> coefficient != 0).toList();
    }
  }

  /// One cell.
  ///
  /// @param layer block at whose input was added
  /// @param coefficient signed: negative where the direction was subtracted
  /// @param prompts label of the prompts
  /// @param refusalLogOdds mean over them, in nats
  public record Point(
      int layer, double coefficient, Added added, Label prompts, double refusalLogOdds) {}

  /// What a sweep found.
  ///
  /// @param untouched mean refusal log-odds without edits, in nats, by label
  /// @param counts number of prompts by label
  /// @param points all cells
  public record Result(
      Map<Label, Double> untouched, Map<Label, Integer> counts, List<Point> points) {
    /// Copies the collections.
    public Result {
      untouched = new TreeMap<>(untouched);
      counts = new TreeMap<>(counts);
      points = List.copyOf(points);
    }

    /// The value of a cell; that of the untouched model for coefficient 0.
    public OptionalDouble at(int layer, double coefficient, Added added, Label prompts) {
      if (coefficient == 0) {
        Double value = untouched.get(prompts);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
      }
      return points.stream()
          .filter(point -> point.layer() == layer && point.coefficient() == coefficient)
          .filter(point -> point.added() == added && point.prompts() == prompts)
          .mapToDouble(Point::refusalLogOdds)
          .findFirst();
    }

    /// The layer at which the direction raises the log-odds of harmless prompts most, at the
    /// largest coefficient.
    public Optional<Integer> bestLayer() {
      double largest = points.stream().mapToDouble(Point::coefficient).max().orElse(0);
      return points.stream()
          .filter(point -> point.added() == Added.DIRECTION && point.prompts() == Label.HARMLESS)
          .filter(point -> point.coefficient() == largest && largest > 0)
          .max(Comparator.comparingDouble(Point::refusalLogOdds))
          .map(Point::layer);
    }

    /// Whether the log-odds of harmless prompts rise with every step of the coefficient from 0 on.
    public boolean rises(int layer) {
      double before = untouched.getOrDefault(Label.HARMLESS, Double.NaN);
      boolean any = false;
      for (Point point : harmless(layer, Added.DIRECTION)) {
        if (!(point.refusalLogOdds() > before)) {
          return false;
        }
        before = point.refusalLogOdds();
        any = true;
      }
      return any;
    }

    /// Whether the direction raises them more than the random one, at every positive coefficient.
    public boolean beatsRandom(int layer) {
      List<Point> direction = harmless(layer, Added.DIRECTION);
      return !direction.isEmpty()
          && direction.stream()
              .allMatch(
                  point ->
                      point.refusalLogOdds()
                          > at(layer, point.coefficient(), Added.RANDOM, Label.HARMLESS)
                              .orElse(Double.POSITIVE_INFINITY));
    }

    private List<Point> harmless(int layer, Added added) {
      return points.stream()
          .filter(point -> point.layer() == layer && point.added() == added)
          .filter(point -> point.prompts() == Label.HARMLESS && point.coefficient() > 0)
          .sorted(Comparator.comparingDouble(Point::coefficient))
          .toList();
    }
  }

  private final ResidualReader reader;
  private final EncodedPrompts prompts;
  private final List<Integer> refusalIds;

  /// Makes a sweep over prompts of one or both labels.
  public SteerSweep(LanguageModel model, EncodedPrompts prompts, List<Integer> refusalIds) {
    this.reader = new ResidualReader(model);
    this.prompts = prompts;
    this.refusalIds = List.copyOf(refusalIds);
  }

  /// How many cells [#run] computes, and tells of.
  public static int cells(Grid grid, EncodedPrompts prompts) {
    long labels = Arrays.stream(Label.values()).filter(l -> !prompts.tokens(l).isEmpty()).count();
    return Math.toIntExact(labels * (1 + 2L * grid.layers().size() * grid.edits().size()));
  }

  /// Sweeps.
  ///
  /// @param direction vectors by row, `[row, dModel]`; that of row l is added at block l
  /// @param progress is told how many cells are done
  public Result run(float[] direction, int dModel, Grid grid, IntConsumer progress) {
    Map<Label, Double> untouched = new TreeMap<>();
    Map<Label, Integer> counts = new TreeMap<>();
    List<Point> points = new ArrayList<>();
    int done = 0;
    for (Label label : Label.values()) {
      List<Prompt> tokens = prompts.tokens(label);
      if (tokens.isEmpty()) {
        continue;
      }
      counts.put(label, tokens.size());
      untouched.put(label, mean(tokens, Plan.NONE));
      progress.accept(++done);
      double sign = label == Label.HARMLESS ? 1 : -1;
      for (int layer : grid.layers()) {
        float[] vector = Arrays.copyOfRange(direction, layer * dModel, (layer + 1) * dModel);
        float[] random = RandomDirection.like(vector, grid.seed() + layer);
        for (double coefficient : grid.edits()) {
          for (Added added : Added.values()) {
            float[] what = added == Added.DIRECTION ? vector : random;
            double signed = sign * coefficient;
            double odds = mean(tokens, addition(what, layer, signed, Positions.PROMPT));
            points.add(new Point(layer, signed, added, label, odds));
            progress.accept(++done);
          }
        }
      }
    }
    return new Result(untouched, counts, points);
  }

  /// Activation addition at the input of one block; nothing for a vector of length 0.
  static Plan addition(float[] vector, int layer, double coefficient, Positions positions) {
    if (StoredDirections.isZero(vector)) {
      return Plan.NONE;
    }
    Target target = Target.everywhere(HookSite.RESID_PRE).inLayers(layer).at(positions);
    return Plan.of(new ActivationAddition(target, LayerVectors.same(vector), coefficient));
  }

  private double mean(List<Prompt> tokens, Plan plan) {
    double[] odds = new double[tokens.size()];
    reader.lastLogits(
        tokens,
        plan,
        (index, logits) -> odds[index] = NextToken.refusalLogOdds(logits, refusalIds));
    return Arrays.stream(odds).average().orElse(Double.NaN);
  }
}
