package org.demur.attacks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.demur.model.Speaker;
import org.demur.model.intervention.Plan;

/// Steps of greedy coordinate gradient (GCG) on suffixes, for evaluation and for training with
/// them.
///
/// A step computes the gradient of the target's cross-entropy with respect to one-hot tokens of the
/// suffix, draws candidates that swap one token for one of the most promising, drops those whose
/// text does not give their tokens again, and goes on with the best of the others.
///
/// It costs one forward and one backward pass, and a forward pass of each candidate; tokens before
/// the suffix run once for all of them.
///
/// **Source.** Zou et al. 2023 (arXiv 2307.15043), algorithm 1; filters as in HarmBench.
/// Deviations: dropped candidates are drawn again, four times as many as wanted at most; and the
/// whole prompt is tokenized again, not the suffix alone.
public final class SuffixSearch {
  /// Draws for each wanted candidate.
  private static final int DRAWS = 4;

  /// Logits of a pass over candidates.
  private static final long MOST_LOGITS = 1 << 26;

  /// Tokens of a pass over candidates.
  private static final int MOST_TOKENS = 1 << 13;

  private final SuffixEncoder encoder;
  private final TargetLoss loss;
  private final EmbeddingTable table;
  private final int dModel;
  private final int[] allowed;
  private final int width;
  private final int topK;

  /// Prepares searches; asks the tokenizer for all tokens that a suffix may hold.
  public SuffixSearch(Speaker speaker, int width, int topK) {
    this.encoder = new SuffixEncoder(speaker);
    this.loss = new TargetLoss(speaker.model());
    this.table = new EmbeddingTable(speaker.model());
    this.dModel = speaker.model().architecture().dimensions().dModel();
    this.allowed = encoder.allowed();
    this.width = width;
    this.topK = topK;
  }

  /// What goes between suffixes and texts.
  public SuffixEncoder encoder() {
    return encoder;
  }

  /// What a step gave.
  ///
  /// @param before cross-entropy of the target with the suffix that the step began with
  /// @param prompt the best candidate; the prompt that the step began with when that reached the
  ///   target already, or no candidate survived
  /// @param loss its cross-entropy of the target, in nats per token
  /// @param reached whether greedy decoding writes the target
  /// @param passes what the step cost
  public record Found(
      double before, SuffixedPrompt prompt, double loss, boolean reached, RowPasses passes) {}

  /// Takes one step.
  ///
  /// @param target token ids of the beginning of the reply
  public Found step(SuffixedPrompt prompt, int[] target, SplittableRandom random) {
    TargetRow row = TargetRow.of(prompt.prompt(), target);
    TargetLoss.Measured now =
        loss.withGradients(List.of(TargetLoss.Term.towards(row, Plan.NONE)), List.of(0)).getFirst();
    RowPasses spent = new RowPasses(1, 1);
    List<SuffixedPrompt> candidates =
        now.reached() ? List.of() : candidates(prompt, replacements(prompt, now), random);
    if (candidates.isEmpty()) {
      return new Found(now.loss(), prompt, now.loss(), now.reached(), spent);
    }
    List<TargetLoss.Measured> measured = measured(candidates, target);
    int best =
        IntStream.range(0, candidates.size())
            .boxed()
            .min(Comparator.comparingDouble(place -> measured.get(place).loss()))
            .orElseThrow();
    return new Found(
        now.loss(),
        candidates.get(best),
        measured.get(best).loss(),
        measured.get(best).reached(),
        spent.plus(new RowPasses(candidates.size(), 0)));
  }

  /// For each slot, the allowed tokens towards whose embeddings the loss falls most, best first.
  int[][] replacements(SuffixedPrompt prompt, TargetLoss.Measured now) {
    float[] gradient = now.gradient(0);
    float[] slots =
        Arrays.copyOfRange(
            gradient, prompt.first() * dModel, (prompt.prompt().tInst() + 1) * dModel);
    float[][] slopes = table.oneHotGradient(slots, prompt.slots());
    return Arrays.stream(slopes).map(this::steepest).toArray(int[][]::new);
  }

  /// Sorted as numbers that hold slope and token, which is many times faster than boxes.
  private int[] steepest(float... slopes) {
    long[] keys = new long[allowed.length];
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToIntBits(slopes[allowed[i]]);
      // negative numbers have to come first, the greatest magnitude before all
      int rising = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
      keys[i] = ((long) rising << 32) | allowed[i];
    }
    Arrays.sort(keys);
    return Arrays.stream(keys).limit(topK).mapToInt(key -> (int) key).toArray();
  }

  /// Prompts that differ from the given one in one token each and survive as text.
  List<SuffixedPrompt> candidates(
      SuffixedPrompt prompt, int[][] replacements, SplittableRandom random) {
    List<SuffixedPrompt> survivors = new ArrayList<>();
    Set<List<Integer>> drawn = new HashSet<>();
    int[] current = prompt.suffix();
    for (int draw = 0; draw < DRAWS * width && survivors.size() < width; draw++) {
      int slot = random.nextInt(prompt.slots());
      int id = replacements[slot][random.nextInt(replacements[slot].length)];
      if (id == current[slot] || !drawn.add(List.of(slot, id))) {
        continue;
      }
      SuffixedPrompt candidate = prompt.swapped(slot, id);
      if (encoder.survives(candidate)) {
        survivors.add(candidate);
      }
    }
    return survivors;
  }

  private List<TargetLoss.Measured> measured(List<SuffixedPrompt> candidates, int... target) {
    List<TargetRow> rows =
        candidates.stream().map(candidate -> TargetRow.of(candidate.prompt(), target)).toList();
    long logits = (long) target.length * table.vocabulary();
    int together =
        (int)
            Math.max(
                1, Math.min(MOST_LOGITS / logits, MOST_TOKENS / rows.getFirst().prompt().length()));
    List<TargetLoss.Measured> measured = new ArrayList<>();
    for (int first = 0; first < rows.size(); first += together) {
      measured.addAll(loss.ofAlike(rows.subList(first, Math.min(rows.size(), first + together))));
    }
    return measured;
  }
}
