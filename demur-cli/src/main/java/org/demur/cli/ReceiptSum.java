package org.demur.cli;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.demur.model.intervention.Receipt;

/// Receipts of one intervention over all its hook points, in short.
final class ReceiptSum {
  private final Set<String> hookPoints = new TreeSet<>();
  private long tokens;
  private double change;
  private double before;
  private double after;
  private boolean projected;

  /// Adds a receipt; means are weighted by tokens.
  void add(Receipt receipt) {
    hookPoints.add(receipt.hookPoint().toString());
    tokens += receipt.tokens();
    change += receipt.tokens() * receipt.meanRelativeChange();
    projected |= receipt.meanProjectionBefore().isPresent();
    before += receipt.tokens() * Math.abs(receipt.meanProjectionBefore().orElse(0.0));
    after += receipt.tokens() * Math.abs(receipt.meanProjectionAfter().orElse(0.0));
  }

  /// One line for people.
  String line() {
    long count = Math.max(1, tokens);
    String projection =
        projected
            ? String.format(
                Locale.ROOT, ", mean |projection| %.3g -> %.3g", before / count, after / count)
            : "";
    return String.format(
            Locale.ROOT,
            "%d hook points, %d tokens, mean |change| / |h| %.3g",
            hookPoints.size(),
            tokens,
            change / count)
        + projection;
  }
}
