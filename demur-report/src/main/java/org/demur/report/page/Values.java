package org.demur.report.page;

import java.util.Locale;
import org.demur.report.Measured;
import org.demur.report.PromptLabel;
import org.demur.report.Rate;
import org.demur.report.Unit;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;
import org.demur.report.markup.Numbers;

/// Measured numbers as a reader sees them: value, interval, n, or "too few".
final class Values {
  private Values() {}

  /// `42 % (35–50 %), n = 160` with the interval and n set back.
  static Node of(Rate rate) {
    return of(rate.measured(), Unit.SHARE);
  }

  static Node of(Measured measured, Unit unit) {
    if (!measured.isDefined()) {
      return tooFew(measured.n());
    }
    Element value =
        Element.of("span", "value").add(Element.of("b").text(number(measured.value(), unit)));
    String range = range(measured, unit);
    if (!range.isEmpty()) {
      value.text(" ").add(Element.of("span", "aside").text("(" + range + ")"));
    }
    return value;
  }

  /// The same with its n.
  static Node withCount(Rate rate) {
    return withCount(rate.measured(), Unit.SHARE);
  }

  static Node withCount(Measured measured, Unit unit) {
    if (!measured.isDefined()) {
      return tooFew(measured.n());
    }
    return Element.of("span")
        .add(of(measured, unit))
        .text(" ")
        .add(Element.of("span", "aside").text("n\u00A0=\u00A0" + Numbers.count(measured.n())));
  }

  static Node tooFew(int n) {
    return Element.of("span", "too-few").text(tooFewText(n));
  }

  static String tooFewText(int n) {
    return n == 0 ? "not measured" : "too few (n = " + Numbers.count(n) + ")";
  }

  /// The same as the start of a sentence.
  static String tooFewSentence(int n) {
    String text = tooFewText(n);
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  /// The value alone.
  static String number(double value, Unit unit) {
    return switch (unit) {
      case SHARE -> Numbers.percent(value);
      case AUROC -> Numbers.auroc(value);
      case LOG_ODDS -> Numbers.signed(value);
      case NATS -> Numbers.plain(value) + (Double.isFinite(value) ? "\u202Fnats" : "");
      case PLAIN -> Numbers.plain(value);
    };
  }

  /// The interval alone, or the empty text.
  static String range(Measured measured, Unit unit) {
    if (!measured.hasInterval()) {
      return "";
    }
    return switch (unit) {
      case SHARE -> Numbers.percentRange(measured.low(), measured.high());
      case AUROC -> Numbers.auroc(measured.low()) + "–" + Numbers.auroc(measured.high());
      case LOG_ODDS -> Numbers.signed(measured.low()) + " to " + Numbers.signed(measured.high());
      case NATS, PLAIN -> Numbers.plain(measured.low()) + " to " + Numbers.plain(measured.high());
    };
  }

  /// A difference of shares in percentage points, with its interval.
  static Node points(Measured difference) {
    if (!difference.isDefined()) {
      return tooFew(difference.n());
    }
    Element value = Element.of("span", "value");
    value.add(Element.of("b").text(signedPoints(difference.value()) + "\u202Fpoints"));
    if (difference.hasInterval()) {
      String range = signedPoints(difference.low()) + " to " + signedPoints(difference.high());
      value.text(" ").add(Element.of("span", "aside").text("(" + range + ")"));
    }
    return value;
  }

  private static String signedPoints(double share) {
    String points = Numbers.fixed(share * 100, Math.abs(share) < 0.0995 ? 1 : 0);
    return share > 0 ? "+" + points : points;
  }

  /// A difference of areas or scores, with its interval.
  static Node difference(Measured difference) {
    if (!difference.isDefined()) {
      return tooFew(difference.n());
    }
    Element value = Element.of("span", "value");
    value.add(Element.of("b").text(signedArea(difference.value())));
    if (difference.hasInterval()) {
      String range = signedArea(difference.low()) + " to " + signedArea(difference.high());
      value.text(" ").add(Element.of("span", "aside").text("(" + range + ")"));
    }
    return value;
  }

  private static String signedArea(double value) {
    String text = Numbers.fixed(value, Math.abs(value) < 0.0095 ? 3 : 2);
    return value > 0 ? "+" + text : text;
  }

  /// `2026-01-01 09:30 UTC` for an ISO 8601 time in UTC; any other text as it is.
  static String time(String iso) {
    return iso.replaceFirst(
        "^(\\d{4}-\\d{2}-\\d{2})T(\\d{2}:\\d{2})(:\\d{2}(\\.\\d+)?)?Z$", "$1 $2 UTC");
  }

  static String label(PromptLabel label) {
    return switch (label) {
      case HARMFUL -> "harmful";
      case HARMLESS -> "harmless";
    };
  }

  /// A class name of the judge in words.
  static String replyClass(String name) {
    return name.replace('_', ' ').toLowerCase(Locale.ROOT);
  }
}
