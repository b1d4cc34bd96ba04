package org.demur.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The attributes and methods of Python's numbers.
final class NumberMembers {
  private NumberMembers() {}

  static @Nullable Value ofInteger(Value self, BigInteger number, String name) {
    return switch (name) {
      case "real", "numerator" -> new Value.Int(number);
      case "imag" -> Value.Int.of(0);
      case "denominator" -> Value.Int.of(1);
      case "conjugate" -> method(name, () -> new Value.Int(number));
      case "bit_length" -> method(name, () -> Value.Int.of(number.abs().bitLength()));
      case "bit_count" -> method(name, () -> Value.Int.of(number.abs().bitCount()));
      case "as_integer_ratio" ->
          method(name, () -> TupleValue.of(new Value.Int(number), Value.Int.of(1)));
      case "from_bytes", "to_bytes" -> Members.unsupported(self.typeName() + "." + name);
      default -> null;
    };
  }

  static @Nullable Value ofReal(Value.Real self, String name) {
    return switch (name) {
      case "real" -> self;
      case "imag" -> new Value.Real(0);
      case "conjugate" -> method(name, () -> self);
      case "is_integer" ->
          method(
              name,
              () ->
                  Value.Bool.of(
                      Double.isFinite(self.value()) && Math.rint(self.value()) == self.value()));
      case "as_integer_ratio" -> method(name, () -> ratio(self.value()));
      case "hex", "fromhex" -> Members.unsupported("float." + name);
      default -> null;
    };
  }

  private static TupleValue ratio(double number) {
    Numbers.truncate(number);
    BigDecimal exact = new BigDecimal(number);
    BigInteger denominator = BigInteger.TEN.pow(Math.max(exact.scale(), 0));
    BigInteger numerator = exact.multiply(new BigDecimal(denominator)).toBigIntegerExact();
    BigInteger common = numerator.gcd(denominator);
    return TupleValue.of(
        new Value.Int(numerator.divide(common)), new Value.Int(denominator.divide(common)));
  }

  private static FunctionValue method(String name, Supplier<Value> result) {
    return FunctionValue.method(
        name,
        (rendering, args) -> {
          args.positionalOnly(name, 0, 0);
          return result.get();
        });
  }
}
