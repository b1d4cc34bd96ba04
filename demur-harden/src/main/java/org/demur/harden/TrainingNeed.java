package org.demur.harden;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.demur.data.LabelledPrompt;
import org.demur.model.Speaker;
import org.demur.text.tokenizer.ControlTokens;
import org.demur.train.Refusals;
import org.demur.train.TrainingMemory;
import org.demur.train.TrainingSettings;

/// Memory that the trainings of a run take beside the model, at most.
///
/// @param rows of one pass
/// @param longest tokens of a row, at most
/// @param bytes estimated for the pass
public record TrainingNeed(int rows, int longest, long bytes) {
  /// As if every row of a step were the longest one.
  public static TrainingNeed of(
      Speaker speaker, HardeningPrompts prompts, HardeningSettings settings) {
    TrainingSettings training = settings.training();
    int rows = training.method().method().rowsAtOnce(training.rowsPerSide()) / training.parts();
    int longest =
        longest(
                speaker,
                Stream.of(prompts.training(), prompts.everyday(), prompts.more())
                    .flatMap(set -> set.prompts().stream())
                    .map(LabelledPrompt::text))
            + speaker.question("").promptLength()
            + Math.max(
                settings.profile().maxNewTokens(),
                longest(
                    speaker,
                    Stream.concat(
                        Refusals.builtIn().stream(), prompts.replies().values().stream())));
    long tokens = (long) rows * longest;
    return new TrainingNeed(
        rows,
        longest,
        TrainingMemory.bytes(speaker.model().architecture(), tokens, settings.recompute()));
  }

  private static int longest(Speaker speaker, Stream<String> texts) {
    return texts
        .flatMapToInt(
            text -> IntStream.of(speaker.tokenizer().encode(text, ControlTokens.PLAIN).length))
        .max()
        .orElse(0);
  }
}
