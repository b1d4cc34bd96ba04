package org.demur.cli;

import java.util.List;
import java.util.Set;
import org.demur.model.generation.GenerationRequest;
import org.demur.model.generation.Sampling;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How answers are generated; shared by `generate` and `chat`.
final class SamplingOptions {
  private static final int USUAL_TOKENS = 256;

  /// An odd number without a pattern, so that groups get seeds that are far apart.
  private static final long GROUP_STRIDE = 0x632BE59BD9B4E019L;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Longest answer in tokens (default: 256, or what the context leaves).")
  private @Nullable Integer maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 always takes the best token (default: 0).")
  private double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Sample from the likeliest tokens of this mass (default: 1).")
  private double topP = 1;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Sample from the K likeliest tokens (default: 0, all).")
  private int topK;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description = "Make tokens that occurred less likely (default: 1, no).")
  private double repetitionPenalty = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the random numbers (default: 0).")
  private long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End an answer before this text; may be repeated.")
  private List<String> stopTexts = List.of();

  /// The seed.
  long seed() {
    return seed;
  }

  /// What to ask of the generator.
  ///
  /// @param stopIds tokens that end an answer
  /// @param room tokens that the context leaves after the longest prompt
  /// @param group place of this group of rows among all; each has its own random numbers
  GenerationRequest request(Set<Integer> stopIds, int room, int group) {
    int longest = maxNewTokens == null ? Math.clamp(room, 1, USUAL_TOKENS) : maxNewTokens;
    Sampling sampling =
        new Sampling(temperature, topK, topP, repetitionPenalty, seed ^ (group * GROUP_STRIDE));
    return GenerationRequest.greedy(longest, stopIds).with(sampling).stoppingAt(stopTexts);
  }
}
