package org.demur.text.jinja;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Dates in the format of C's `strftime`, in the C locale, with the flags of the GNU library.
final class Strftime {
  private static final int DAYS_PER_WEEK = 7;
  private static final int HALF_DAY = 12;

  private final LocalDateTime time;

  private Strftime(LocalDateTime time) {
    this.time = time;
  }

  /// Formats a moment; directives that do not exist stay as they are.
  static String format(Budget budget, LocalDateTime time, String format) {
    Strftime formatter = new Strftime(time);
    TextBuilder result = new TextBuilder(budget);
    int position = 0;
    while (position < format.length()) {
      char unit = format.charAt(position);
      int directive = position + 1;
      while (unit == '%'
          && directive < format.length()
          && "-_0^#".indexOf(format.charAt(directive)) >= 0) {
        directive++;
      }
      String text =
          unit == '%' && directive < format.length()
              ? formatter.directive(format.charAt(directive))
              : null;
      if (text == null) {
        result.append(unit);
        position++;
      } else {
        result.append(flagged(text, format.substring(position + 1, directive)));
        position = directive + 1;
      }
    }
    return result.build();
  }

  private static String flagged(String text, String flags) {
    String result = text;
    int padding =
        Math.max(flags.lastIndexOf('-'), Math.max(flags.lastIndexOf('_'), flags.lastIndexOf('0')));
    char flag = padding < 0 ? ' ' : flags.charAt(padding);
    if (flag == '-') {
      result = result.stripLeading();
      while (result.length() > 1
          && result.charAt(0) == '0'
          && Character.isDigit(result.charAt(1))) {
        result = result.substring(1);
      }
    } else if (flag == '_') {
      int zeros = 0;
      while (zeros < result.length() - 1 && result.charAt(zeros) == '0') {
        zeros++;
      }
      result = " ".repeat(zeros) + result.substring(zeros);
    } else if (flag == '0') {
      result = result.replace(' ', '0');
    }
    return flags.contains("^") || flags.contains("#") ? result.toUpperCase(Locale.ROOT) : result;
  }

  private @Nullable String directive(char directive) {
    return switch (directive) {
      case 'a' -> weekday(TextStyle.SHORT);
      case 'A' -> weekday(TextStyle.FULL);
      case 'b', 'h' -> month(TextStyle.SHORT);
      case 'B' -> month(TextStyle.FULL);
      case 'c' -> combine("a", " ", "b", " ", "e", " ", "T", " ", "Y");
      case 'C' -> padded(Math.floorDiv(time.getYear(), 100), 2);
      case 'd' -> padded(time.getDayOfMonth(), 2);
      case 'D', 'x' -> combine("m", "/", "d", "/", "y");
      case 'e' -> spaced(time.getDayOfMonth());
      case 'F' -> combine("Y", "-", "m", "-", "d");
      case 'g' -> padded(time.get(IsoFields.WEEK_BASED_YEAR) % 100, 2);
      case 'G' -> Integer.toString(time.get(IsoFields.WEEK_BASED_YEAR));
      case 'm' -> padded(time.getMonthValue(), 2);
      case 'j' -> padded(time.getDayOfYear(), 3);
      case 'u' -> Integer.toString(time.getDayOfWeek().getValue());
      case 'U' -> padded(week(time.getDayOfWeek().getValue() % DAYS_PER_WEEK), 2);
      case 'V' -> padded(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
      case 'w' -> Integer.toString(time.getDayOfWeek().getValue() % DAYS_PER_WEEK);
      case 'W' -> padded(week(time.getDayOfWeek().getValue() - 1), 2);
      case 'y' -> padded(Math.floorMod(time.getYear(), 100), 2);
      case 'Y' -> Integer.toString(time.getYear());
      case 'z', 'Z' -> "";
      case 'n' -> "\n";
      case 't' -> "\t";
      case '%' -> "%";
      default -> timeOfDay(directive);
    };
  }

  private @Nullable String timeOfDay(char directive) {
    return switch (directive) {
      case 'f' -> padded(time.getNano() / 1000, 6);
      case 'H' -> padded(time.getHour(), 2);
      case 'I' -> padded(hourOfHalfDay(), 2);
      case 'k' -> spaced(time.getHour());
      case 'l' -> spaced(hourOfHalfDay());
      case 'M' -> padded(time.getMinute(), 2);
      case 'p' -> time.getHour() < HALF_DAY ? "AM" : "PM";
      case 'P' -> time.getHour() < HALF_DAY ? "am" : "pm";
      case 'r' -> combine("I", ":", "M", ":", "S", " ", "p");
      case 'R' -> combine("H", ":", "M");
      case 's' -> Long.toString(time.toEpochSecond(ZoneOffset.UTC));
      case 'S' -> padded(time.getSecond(), 2);
      case 'T', 'X' -> combine("H", ":", "M", ":", "S");
      default -> null;
    };
  }

  /// Directives and, between them, separators.
  private String combine(String... parts) {
    StringBuilder result = new StringBuilder();
    for (int index = 0; index < parts.length; index++) {
      result.append(index % 2 == 0 ? directive(parts[index].charAt(0)) : parts[index]);
    }
    return result.toString();
  }

  /// The week of the year, where weeks start with the day that is 0.
  private int week(int daysIntoWeek) {
    return (time.getDayOfYear() - 1 + DAYS_PER_WEEK - daysIntoWeek) / DAYS_PER_WEEK;
  }

  private int hourOfHalfDay() {
    int hour = time.getHour() % HALF_DAY;
    return hour == 0 ? HALF_DAY : hour;
  }

  private String weekday(TextStyle style) {
    return time.getDayOfWeek().getDisplayName(style, Locale.ENGLISH);
  }

  private String month(TextStyle style) {
    return time.getMonth().getDisplayName(style, Locale.ENGLISH);
  }

  private static String padded(int number, int width) {
    String digits = Integer.toString(number);
    return "0".repeat(Math.max(width - digits.length(), 0)) + digits;
  }

  private static String spaced(int number) {
    return number < 10 ? " " + number : Integer.toString(number);
  }
}
