package org.demur.report.markup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NumbersTest {
  @ParameterizedTest
  @CsvSource({
    "0,0 %",
    "1,100 %",
    "0.4234,42 %",
    "0.0469,4.7 %",
    "0.9375,93.8 %",
    "0.0001,<0.1 %",
    "0.99999,>99.9 %",
    "NaN,–"
  })
  void sharesArePercentWithADecimalOnlyWhereItCounts(double share, String expected) {
    assertThat(Numbers.percent(share)).isEqualTo(expected.replace(' ', '\u202F'));
  }

  @Test
  void rangesGetADecimalWhenTheyAreNarrow() {
    assertThat(Numbers.percentRange(0.7171, 0.9008)).isEqualTo("72–90\u202F%");
    assertThat(Numbers.percentRange(0.01, 0.034)).isEqualTo("1.0–3.4\u202F%");
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-14.42,−14.4",
    "0.0661,0.066",
    "0.00002,<0.001",
    "-0.00002,−<0.001",
    "235.4,235",
    "12345.6,12 346",
    "4,4.00",
    "NaN,–",
    "Infinity,–",
    "1e300,>10¹²"
  })
  void plainNumbersKeepThreeDigits(double value, String expected) {
    assertThat(Numbers.plain(value)).isEqualTo(expected.replace(' ', '\u202F'));
  }

  @ParameterizedTest
  @CsvSource({"0.5,0.50", "0.9312,0.93", "0.9931,0.993", "0.9999,>0.999", "1,1.00", "NaN,–"})
  void areasAreNeverRoundedUpToOne(double value, String expected) {
    assertThat(Numbers.auroc(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"0.42,0.4 s", "12.3,12 s", "161.3,2 min 41 s", "3720,1 h 02 min"})
  void durationsHaveUnits(double seconds, String expected) {
    assertThat(Numbers.duration(seconds).replace('\u202F', ' ')).isEqualTo(expected);
  }

  @Test
  void sizesAndCountsHaveUnitsAndSeparators() {
    assertThat(Numbers.bytes(2_310_000_000L)).isEqualTo("2.31\u202FGB");
    assertThat(Numbers.bytes(612_400_000L)).isEqualTo("612\u202FMB");
    assertThat(Numbers.bytes(0)).isEqualTo("–");
    assertThat(Numbers.count(12_840)).isEqualTo("12\u202F840");
    assertThat(Numbers.pValue(0.00004)).isEqualTo("p < 0.001");
    assertThat(Numbers.pValue(0.0213)).isEqualTo("p = 0.021");
    assertThat(Numbers.signed(3.4)).isEqualTo("+3.40");
    assertThat(Numbers.fixed(-0.001, 1)).isEqualTo("0.0");
  }
}
