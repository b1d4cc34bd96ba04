package org.demur.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// What follows from the figures for somebody who wants to be faster.
///
/// Differences below [#NOTABLE] are not worth a word.
public final class Advice {
  private static final double NOTABLE = 1.1;
  private static final double WORTH_BATCHING = 1.5;
  private static final double NOISY = 0.1;
  private static final String FP32 = "fp32";
  private static final String BF16 = "bf16";
  private static final String Q8 = "q8";

  private Advice() {}

  /// One sentence each, most useful first; empty when nothing follows.
  public static List<String> from(List<Figure> figures, Machine machine, int threads) {
    List<String> lines = new ArrayList<>();
    dtype(figures, machine).ifPresent(lines::add);
    eightBit(figures).ifPresent(lines::add);
    batching(figures).ifPresent(lines::add);
    threads(machine, threads).ifPresent(lines::add);
    noise(figures).ifPresent(lines::add);
    return lines;
  }

  private static Optional<String> dtype(List<Figure> figures, Machine machine) {
    OptionalDouble reading = ratio(figures, "extract");
    OptionalDouble decoding = ratio(figures, "decode-1");
    if (reading.isEmpty() && decoding.isEmpty()) {
      return Optional.empty();
    }
    double read = reading.orElse(decoding.orElse(1));
    double decode = decoding.orElse(read);
    if (read >= NOTABLE && decode >= NOTABLE) {
      return Optional.of(
          "bf16 is %s times as fast as fp32: use --dtype bf16 where its tolerance will do"
              .formatted(range(read, decode)));
    }
    if (read <= 1 / NOTABLE && decode <= 1 / NOTABLE) {
      String why =
          machine.known() && !machine.multipliesBf16() ? ", which cannot multiply it itself" : "";
      return Optional.of("bf16 is slower than fp32 on this CPU%s: use --dtype fp32".formatted(why));
    }
    if (read <= 1 / NOTABLE && decode >= NOTABLE) {
      return Optional.of(
          "use --dtype fp32 to read hidden states and --dtype bf16 to generate: bf16 has %s and %s times the speed"
              .formatted(number(read), number(decode)));
    }
    if (read >= NOTABLE) {
      return Optional.of(
          "use --dtype bf16 to read hidden states: %s times as fast as fp32; generating gains nothing"
              .formatted(number(read)));
    }
    return Optional.of("bf16 gains nothing over fp32 in reading hidden states: use --dtype fp32");
  }

  private static Optional<String> eightBit(List<Figure> figures) {
    double wide =
        Math.max(
            speed(figures, "decode-1", FP32).orElse(0), speed(figures, "decode-1", BF16).orElse(0));
    OptionalDouble narrow = speed(figures, "decode-1", Q8);
    return wide > 0 && narrow.isPresent() && narrow.getAsDouble() >= NOTABLE * wide
        ? Optional.of(
            "use --dtype q8 to generate where rounded weights will do: %s times the speed"
                .formatted(number(narrow.getAsDouble() / wide)))
        : Optional.empty();
  }

  private static String range(double first, double second) {
    String low = number(Math.min(first, second));
    String high = number(Math.max(first, second));
    return low.equals(high) ? low : low + " to " + high;
  }

  private static Optional<String> batching(List<Figure> figures) {
    Set<String> types = new LinkedHashSet<>();
    figures.forEach(figure -> types.add(figure.dtype()));
    for (String type : types) {
      OptionalDouble one = speed(figures, "decode-1", type);
      OptionalDouble many = speed(figures, "decode-32", type);
      if (one.isPresent()
          && many.isPresent()
          && many.getAsDouble() > WORTH_BATCHING * one.getAsDouble()) {
        return Optional.of(
            "decode prompts together: 32 at once give %s times the tokens of one (%s)"
                .formatted(number(many.getAsDouble() / one.getAsDouble()), type));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> threads(Machine machine, int threads) {
    return threads > machine.cores()
        ? Optional.of(
            "%d threads share %d cores: use --threads %d"
                .formatted(threads, machine.cores(), machine.cores()))
        : Optional.empty();
  }

  private static Optional<String> noise(List<Figure> figures) {
    return figures.stream().anyMatch(figure -> figure.tokensPerSecond().relative() > NOISY)
        ? Optional.of("some figures vary by more than 10 %: is the machine busy with other work?")
        : Optional.empty();
  }

  /// Speed in bf16 over speed in fp32.
  private static OptionalDouble ratio(List<Figure> figures, String name) {
    OptionalDouble wide = speed(figures, name, FP32);
    OptionalDouble narrow = speed(figures, name, BF16);
    return wide.isPresent() && narrow.isPresent()
        ? OptionalDouble.of(narrow.getAsDouble() / wide.getAsDouble())
        : OptionalDouble.empty();
  }

  private static OptionalDouble speed(List<Figure> figures, String name, String dtype) {
    return figures.stream()
        .filter(figure -> figure.name().equals(name) && figure.dtype().equals(dtype))
        .mapToDouble(figure -> figure.tokensPerSecond().median())
        .findFirst();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
