package org.demur.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatTextTest {
  @Test
  void whatReprWritesReadsBackAsTheSameNumber() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 20_000; round++) {
      double number = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(number)) {
        String text = FloatText.repr(number);
        assertThat(Double.parseDouble(text)).as(text).isEqualTo(number);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.1, 0.1",
    "100, 100.0",
    "1e15, 1000000000000000.0",
    "1e16, 1e+16",
    "0.0001, 0.0001",
    "0.00001, 1e-05",
    "1.5e300, 1.5e+300",
    "4.9e-324, 5e-324",
    "2e-323, 2e-323",
    "-0.0, -0.0",
    "9007199254740993, 9007199254740992.0",
    "NaN, nan",
    "Infinity, inf",
    "-Infinity, -inf"
  })
  void reprWritesFewestDigitsAsPythonDoes(double number, String expected) {
    assertThat(FloatText.repr(number)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 0, 0",
    "1.5, 0, 2",
    "2.675, 2, 2.67",
    "0.125, 2, 0.12",
    "1e22, 1, 10000000000000000000000.0"
  })
  void fixedRoundsTheExactValueWithHalvesToEven(double number, int precision, String expected) {
    assertThat(FloatText.fixed(number, precision)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "100000, 6, 100000",
    "1000000, 6, 1e+06",
    "0.0001, 6, 0.0001",
    "0.00001, 6, 1e-05",
    "123.456, 2, 1.2e+02",
    "0, 6, 0",
    "999999.5, 6, 1e+06"
  })
  void generalChoosesTheShorterForm(double number, int precision, String expected) {
    assertThat(FloatText.general(number, precision, false)).isEqualTo(expected);
  }
}
