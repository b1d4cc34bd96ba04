package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SizesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0 bytes",
    "999, 999 bytes",
    "1000, 1.0 kB",
    "98362432, 98.4 MB",
    "9223372036854775807, 9223372.0 TB"
  })
  void bytesAreShownInPowersOfAThousand(long bytes, String shown) {
    assertThat(Sizes.ofBytes(bytes)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"9999, 9999", "49152, 49.2 k", "134515008, 134.5 M", "7000000000, 7.0 G"})
  void countsAreShortenedFromTenThousandOn(long count, String shown) {
    assertThat(Sizes.ofCount(count)).isEqualTo(shown);
  }
}
