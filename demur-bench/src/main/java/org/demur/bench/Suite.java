package org.demur.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.demur.core.ErrorCode;
import org.demur.core.Suggestions;
import org.demur.model.config.Architecture;

/// The measurements that take about a minute: what most people do with a model.
public final class Suite {
  private static final int EXTRACT_TOKENS = 128;
  private static final int PREFILL_TOKENS = 512;
  private static final int PROMPT = 16;
  private static final int NEW_TOKENS = 16;
  private static final int DEFAULT_MOST = 9;

  /// Seconds for the measured runs of one entry, after its warm-up.
  private static final double SECONDS = 2.5;

  /// One line of the table.
  ///
  /// @param name short name, for `--only`
  /// @param title for people
  /// @param request what is measured
  public record Entry(String name, String title, BenchRequest request) {}

  private Suite() {}

  /// All entries that fit the context of a model, which may shorten them.
  public static List<Entry> of(Architecture architecture) {
    int context = architecture.longestRow();
    int extract = Math.min(EXTRACT_TOKENS, context);
    int prefill = Math.min(PREFILL_TOKENS, context);
    int prompt = Math.max(1, Math.min(PROMPT, context / 2));
    int fresh = Math.max(1, Math.min(NEW_TOKENS, context - prompt));
    List<Entry> entries = new ArrayList<>();
    entries.add(
        entry(
            "extract",
            "extraction, 8 x " + extract,
            BenchRequest.of(BenchCase.EXTRACT, 8, extract)));
    entries.add(
        entry(
            "extract-1",
            "extraction, 1 x " + Math.min(32, extract),
            BenchRequest.of(BenchCase.EXTRACT, 1, Math.min(32, extract))));
    entries.add(
        entry(
            "prefill", "prefill, 1 x " + prefill, BenchRequest.of(BenchCase.PREFILL, 1, prefill)));
    for (int batch : new int[] {1, 8, 32}) {
      entries.add(
          entry(
              "decode-" + batch,
              "decode %d after %d, batch %d".formatted(fresh, prompt, batch),
              BenchRequest.of(BenchCase.DECODE, batch, prompt).decoding(fresh)));
    }
    return entries;
  }

  private static Entry entry(String name, String title, BenchRequest request) {
    return new Entry(name, title, request.times(1, 1));
  }

  /// The entries with the given names, in the order of the suite; all of them for no names.
  ///
  /// @throws BenchException with [ErrorCode#USAGE] for a name that no entry has
  public static List<Entry> only(List<Entry> entries, Collection<String> names) {
    Set<String> known =
        entries.stream().map(Entry::name).collect(Collectors.toCollection(LinkedHashSet::new));
    for (String name : names) {
      if (!known.contains(name)) {
        throw new BenchException(
            ErrorCode.USAGE,
            "there is no measurement \"%s\"%s; known: %s"
                .formatted(name, Suggestions.hint(name, known), String.join(", ", known)));
      }
    }
    return names.isEmpty()
        ? entries
        : entries.stream().filter(entry -> names.contains(entry.name())).toList();
  }

  /// Measures entries one after the other.
  ///
  /// @param repeats measured runs of each; 0 for as many as fit into a few seconds
  /// @param progress is told how many are done
  public static List<Figure> run(
      Benchmarks benchmarks,
      List<Entry> entries,
      MachinePeaks peaks,
      int repeats,
      IntConsumer progress) {
    List<Figure> figures = new ArrayList<>();
    for (Entry entry : entries) {
      Measurement measurement =
          repeats > 0
              ? benchmarks.measure(entry.request().times(1, repeats))
              : benchmarks.measureWithin(entry.request(), SECONDS, DEFAULT_MOST);
      figures.add(
          new Figure(
              entry.name(),
              entry.title(),
              benchmarks.type().label(),
              measurement.tokensPerSecond(),
              measurement.shareOf(peaks),
              measurement.work().boundByMemory(peaks) ? Figure.Limit.MEMORY : Figure.Limit.GEMM,
              measurement.peakBytes()));
      progress.accept(figures.size());
    }
    return figures;
  }
}
