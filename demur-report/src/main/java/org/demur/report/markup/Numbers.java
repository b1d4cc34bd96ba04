package org.demur.report.markup;

import java.util.Locale;

/// Writes numbers for readers: rounded to what the figure can carry, with units.
///
/// A number that is not finite is written as [#MISSING]; the page says "too few" where it knows
/// why.
public final class Numbers {
  /// What stands for a number that was not measured.
  public static final String MISSING = "–";

  /// A range of fewer percentage points would lose too much without a decimal.
  private static final double NARROW = 0.1;

  private static final String THIN = "\u202F";

  private Numbers() {}

  /// A share in percent: `42 %`; one decimal below 10 % and above 90 %.
  public static String percent(double share) {
    return Double.isFinite(share) ? bare(share) + THIN + "%" : MISSING;
  }

  /// A range of shares: `35–50 %`; both ends get a decimal when the range is narrow.
  public static String percentRange(double low, double high) {
    int decimals = high - low < NARROW ? 1 : 0;
    return fixed(low * 100, decimals) + "–" + fixed(high * 100, decimals) + THIN + "%";
  }

  private static String bare(double share) {
    double percent = share * 100;
    double magnitude = Math.abs(percent);
    if (magnitude == 0 || magnitude == 100) {
      return fixed(percent, 0);
    }
    if (magnitude < 0.05) {
      return "<0.1";
    }
    if (magnitude > 99.95 && magnitude < 100) {
      return ">99.9";
    }
    return fixed(percent, magnitude < 9.95 || magnitude > 90 ? 1 : 0);
  }

  /// An area under the ROC curve: two decimals, three near 1.
  public static String auroc(double value) {
    if (!Double.isFinite(value)) {
      return MISSING;
    }
    if (value >= 0.9995 && value < 1) {
      return ">0.999";
    }
    return fixed(value, value >= 0.985 && value < 1 ? 3 : 2);
  }

  /// Three significant digits, two below 1, without an exponent: `14.4`, `0.066`, `<0.001`.
  public static String plain(double value) {
    if (!Double.isFinite(value)) {
      return MISSING;
    }
    double magnitude = Math.abs(value);
    if (magnitude == 0) {
      return "0";
    }
    if (magnitude < 0.001) {
      return value < 0 ? "−<0.001" : "<0.001";
    }
    if (magnitude >= 1000) {
      return magnitude < 1e12 ? count(Math.round(value)) : ">10¹²";
    }
    int digits = magnitude < 1 ? 2 : 3;
    return fixed(value, Math.max(0, digits - 1 - (int) Math.floor(Math.log10(magnitude))));
  }

  /// A number with `decimals` decimals and a real minus sign.
  public static String fixed(double value, int decimals) {
    if (!Double.isFinite(value)) {
      return MISSING;
    }
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    boolean zero = text.chars().noneMatch(character -> character >= '1' && character <= '9');
    return zero && text.startsWith("-") ? text.substring(1) : minus(text);
  }

  /// The number as [#plain(double)] with its sign also when it is positive.
  public static String signed(double value) {
    return value > 0 ? "+" + plain(value) : plain(value);
  }

  /// A count with thin spaces between thousands.
  public static String count(long count) {
    return minus(String.format(Locale.ROOT, "%,d", count).replace(",", THIN));
  }

  /// A duration: `0.4 s`, `12 s`, `2 min 41 s`, `1 h 02 min`.
  public static String duration(double seconds) {
    if (!Double.isFinite(seconds)) {
      return MISSING;
    }
    if (seconds < 10) {
      return fixed(seconds, 1) + THIN + "s";
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + THIN + "s";
    }
    if (whole < 3600) {
      return whole / 60 + THIN + "min " + whole % 60 + THIN + "s";
    }
    return whole / 3600 + THIN + "h " + "%02d".formatted(whole % 3600 / 60) + THIN + "min";
  }

  /// A size in bytes, in decimal units.
  public static String bytes(long bytes) {
    if (bytes <= 0) {
      return MISSING;
    }
    if (bytes >= 1_000_000_000) {
      return fixed(bytes / 1e9, 2) + THIN + "GB";
    }
    return bytes >= 1_000_000
        ? count(Math.round(bytes / 1e6)) + THIN + "MB"
        : count(bytes) + THIN + "B";
  }

  /// A p value: `p = 0.03`, `p < 0.001`.
  public static String pValue(double value) {
    if (!Double.isFinite(value)) {
      return "p " + MISSING;
    }
    return value < 0.001 ? "p < 0.001" : "p = " + fixed(value, value < 0.1 ? 3 : 2);
  }

  /// A coordinate of a drawing, to a tenth.
  public static String coordinate(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  private static String minus(String text) {
    return text.startsWith("-") ? "−" + text.substring(1) : text;
  }
}
