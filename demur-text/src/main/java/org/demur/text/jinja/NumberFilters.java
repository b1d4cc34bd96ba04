package org.demur.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The filters that make or change a number.
final class NumberFilters {
  /// Rounding a float beyond these powers of ten keeps it, or leaves nothing of it.
  private static final int MOST_DECIMALS = 350;

  private static final List<String> PREFIXES = List.of("k", "M", "G", "T", "P", "E", "Z", "Y");

  private NumberFilters() {}

  static void addTo(Map<String, Filters.Filter> filters) {
    filters.put("abs", NumberFilters::abs);
    filters.put("int", NumberFilters::integer);
    filters.put("float", NumberFilters::real);
    filters.put("round", NumberFilters::round);
    filters.put("filesizeformat", NumberFilters::fileSize);
  }

  private static Value abs(Rendering rendering, Value input, Args args) {
    args.positionalOnly("abs", 0, 0);
    if (input instanceof Value.Real number) {
      return new Value.Real(Math.abs(number.value()));
    }
    BigInteger number = Numbers.integerOrNull(input);
    if (number == null) {
      throw JinjaException.type("bad operand type for abs(): '%s'".formatted(input.typeName()));
    }
    return new Value.Int(number.abs());
  }

  private static Value integer(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("int", 0, "default", "base");
    Value fallback = bound.or(0, Value.Int.of(0));
    return switch (input) {
      case Undefined undefined -> throw undefined.failure();
      case Value.Int number -> number;
      case Value.Bool bool -> new Value.Int(Numbers.integer(bool));
      case Value.Real number ->
          Double.isNaN(number.value()) ? fallback : Numbers.truncate(number.value());
      case Str text -> {
        Value base = bound.or(1, Value.Int.of(10));
        BigInteger parsed =
            Numbers.isInteger(base)
                ? NumberReader.integer(rendering.budget(), text.text(), Numbers.index(base))
                : null;
        if (parsed != null) {
          yield Numbers.checkSize(parsed);
        }
        // So that the text "42.23" gives 42.
        Double number = NumberReader.real(rendering.budget(), text.text());
        yield number == null || !Double.isFinite(number) ? fallback : Numbers.truncate(number);
      }
      default -> fallback;
    };
  }

  private static Value real(Rendering rendering, Value input, Args args) {
    Value fallback = args.bind("float", 0, "default").or(0, new Value.Real(0));
    return switch (input) {
      case Undefined undefined -> throw undefined.failure();
      case Str text -> {
        Double number = NumberReader.real(rendering.budget(), text.text());
        yield number == null ? fallback : new Value.Real(number);
      }
      default -> Numbers.isNumber(input) ? new Value.Real(Numbers.real(input)) : fallback;
    };
  }

  private static Value round(Rendering rendering, Value input, Args args) {
    Args.Bound bound = args.bind("round", 0, "precision", "method");
    Value precision = bound.or(0, Value.Int.of(0));
    String method = bound.or(1, Str.of("common")) instanceof Str text ? text.text() : "";
    return switch (method) {
      case "common" -> common(rendering.budget(), input, precision);
      case "ceil" -> directed(rendering, input, precision, RoundingMode.CEILING);
      case "floor" -> directed(rendering, input, precision, RoundingMode.FLOOR);
      default ->
          throw new JinjaException(
              ErrorKind.FILTER_ARGUMENT, "method must be common, ceil or floor");
    };
  }

  /// Python's `round(number, precision)`: halves go to the even neighbour.
  private static Value common(Budget budget, Value input, Value precision) {
    @Nullable BigInteger whole = Numbers.integerOrNull(input);
    if (whole == null && !(input instanceof Value.Real)) {
      throw JinjaException.type(
          "type %s doesn't define __round__ method".formatted(input.typeName()));
    }
    boolean toInteger = precision == Value.None.NONE;
    int decimals = toInteger ? 0 : Numbers.index(precision);
    if (whole != null) {
      return new Value.Int(decimals >= 0 ? whole : toTens(budget, whole, decimals));
    }
    double number = Numbers.real(input);
    if (toInteger) {
      return Numbers.truncate(Math.rint(number));
    }
    if (!Double.isFinite(number) || decimals > MOST_DECIMALS) {
      return input;
    }
    double rounded =
        scaled(new BigDecimal(number), Math.max(decimals, -MOST_DECIMALS)).doubleValue();
    return new Value.Real(Math.copySign(rounded, number));
  }

  /// An integer rounded to a power of ten, which is given as negative decimals.
  private static BigInteger toTens(Budget budget, BigInteger number, int decimals) {
    if (decimals < -number.bitLength()) {
      return BigInteger.ZERO;
    }
    long words = number.bitLength() / Long.SIZE;
    budget.steps(1 + words * words / 8);
    return scaled(new BigDecimal(number), decimals).toBigIntegerExact();
  }

  private static BigDecimal scaled(BigDecimal number, int decimals) {
    return number.setScale(decimals, RoundingMode.HALF_EVEN);
  }

  private static Value directed(
      Rendering rendering, Value input, Value precision, RoundingMode mode) {
    Value factor = Operators.apply(rendering, Operators.Binary.POWER, Value.Int.of(10), precision);
    Value scaled = Operators.apply(rendering, Operators.Binary.MULTIPLY, input, factor);
    BigInteger whole = Numbers.integerOrNull(scaled);
    if (whole == null) {
      double number = Numbers.real(scaled);
      Numbers.truncate(number);
      whole = new BigDecimal(number).setScale(0, mode).toBigIntegerExact();
    }
    return Operators.apply(rendering, Operators.Binary.DIVIDE, new Value.Int(whole), factor);
  }

  private static Value fileSize(Rendering rendering, Value input, Args args) {
    boolean binary =
        Iteration.isTrue(args.bind("filesizeformat", 0, "binary").or(0, Value.Bool.FALSE));
    if (input instanceof Undefined undefined) {
      throw undefined.failure();
    }
    double bytes = input instanceof Str text ? parsed(rendering, text) : Numbers.real(input);
    double base = binary ? 1024 : 1000;
    if (bytes == 1) {
      return Str.of("1 Byte");
    }
    if (bytes < base) {
      return Str.of(Numbers.truncate(bytes).value() + " Bytes");
    }
    double unit = base;
    for (int index = 0; ; index++) {
      boolean last = index == PREFIXES.size() - 1;
      unit *= base;
      if (bytes < unit || last) {
        String prefix = PREFIXES.get(index);
        String name = binary ? prefix.toUpperCase(java.util.Locale.ROOT) + "iB" : prefix + "B";
        double shown = base * bytes / unit;
        String digits =
            Double.isFinite(shown) ? FloatText.fixed(shown, 1) : FloatText.special(shown);
        return Str.of(digits + " " + name);
      }
    }
  }

  private static double parsed(Rendering rendering, Str text) {
    Double number = NumberReader.real(rendering.budget(), text.text());
    if (number == null) {
      throw JinjaException.value("could not convert string to float");
    }
    return number;
  }
}
