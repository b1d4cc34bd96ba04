package org.demur.tensor.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.demur.tensor.safetensors.RawSafetensors.entry;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.demur.core.ErrorCode;
import org.demur.tensor.file.FileFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsBadInputTest {
  @TempDir Path folder = Path.of("unset");

  @Test
  void anEmptyFileAndAFewBytesAreTooShort() {
    assertRefused(RawSafetensors.write(folder, new byte[0])).hasMessageContaining("only 0 bytes");
    assertRefused(RawSafetensors.write(folder, new byte[7]))
        .hasMessageContaining("starts with 8 bytes that give the length of its header")
        .hasMessageContaining("only 7 bytes long");
  }

  @Test
  void aHeaderLongerThanTheFileIsRefused() {
    assertRefused(withLength(500))
        .hasMessageContaining("claims to be 500 bytes long, but only 20 bytes follow")
        .hasMessageContaining("(at byte 0)");
  }

  @ParameterizedTest
  @ValueSource(longs = {100_000_001, 1L << 40, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void aHugeHeaderLengthIsRefusedWithoutAllocation(long length) {
    assertRefused(withLength(length))
        .hasMessageContaining(
            "claims to be %s bytes long; at most 100000000 are accepted"
                .formatted(Long.toUnsignedString(length)));
  }

  private Path withLength(long length) {
    byte[] content = new byte[28];
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    return RawSafetensors.write(folder, content);
  }

  @Test
  void aHeaderThatIsNoUtf8IsRefusedWithItsPlace() {
    byte[] header = "{\"a?\":1}".getBytes(StandardCharsets.US_ASCII);
    header[3] = (byte) 0xC3;
    assertRefused(RawSafetensors.file(folder, header, 0))
        .hasMessageContaining("not valid UTF-8 (at byte 11)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "{\"a\":", "{]", "{\"a\" 1}", "{\"a\":tru}", "{'a':1}", "{\u0000"})
  void aHeaderThatIsNoJsonIsRefusedWithItsPlace(String header) {
    assertRefused(RawSafetensors.file(folder, header, 0))
        .hasMessageContaining("JSON")
        .hasMessageContaining("(at byte ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "1", "\"x\"", "null"})
  void aHeaderThatIsNoObjectIsRefused(String header) {
    assertRefused(RawSafetensors.file(folder, header, 0))
        .hasMessageContaining("the header must be an object");
  }

  @Test
  void utf16IsNotTakenForJson() {
    assertRefused(RawSafetensors.file(folder, "{}".getBytes(StandardCharsets.UTF_16LE), 0))
        .hasMessageContaining("JSON");
  }

  @Test
  void deepNestingIsRefused() {
    assertRefused(RawSafetensors.file(folder, "{\"a\":" + "[".repeat(100_000), 0))
        .hasMessageContaining("tensor \"a\" must be an object, but is an array");
    String shape = "{\"a\":{\"shape\":" + "[".repeat(100_000);
    assertRefused(RawSafetensors.file(folder, shape, 0))
        .hasMessageContaining("shape of tensor \"a\" must be a whole number, but is an array");
  }

  @Test
  void textBehindTheHeaderIsRefusedButSpacesAreNot() {
    assertRefused(RawSafetensors.file(folder, "{} {}", 0)).hasMessageContaining("more text");
    try (SafetensorsFile file = SafetensorsFile.open(RawSafetensors.file(folder, "{}   \n", 0))) {
      assertThat(file.tensors()).isEmpty();
    }
  }

  @Test
  void duplicateNamesAreRefused() {
    String twice = "{" + entry("a", "U8", "[1]", 0, 1) + "," + entry("a", "U8", "[1]", 1, 2) + "}";
    assertRefused(RawSafetensors.file(folder, twice, 2))
        .hasMessageContaining("the header has the field \"a\" twice");
    assertRefused(RawSafetensors.file(folder, "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\"}}", 0))
        .hasMessageContaining("tensor \"a\" has the field \"dtype\" twice");
    assertRefused(RawSafetensors.file(folder, "{\"__metadata__\":{\"k\":\"1\",\"k\":\"2\"}}", 0))
        .hasMessageContaining("__metadata__ has the field \"k\" twice");
  }

  @Test
  void metadataMustBeTexts() {
    assertRefused(RawSafetensors.file(folder, "{\"__metadata__\":{\"k\":1}}", 0))
        .hasMessageContaining("metadata \"k\" must be a string, but is a whole number");
  }

  @Test
  void missingAndUnknownFieldsAreRefused() {
    assertRefused(RawSafetensors.file(folder, "{\"a\":{\"dtype\":\"U8\",\"shape\":[1]}}", 1))
        .hasMessageContaining("tensor \"a\" must have the fields dtype, shape and data_offsets");
    assertRefused(RawSafetensors.file(folder, "{\"a\":{\"strides\":[1]}}", 1))
        .hasMessageContaining("tensor \"a\" has the field \"strides\"; known are dtype, shape");
  }

  @Test
  void anUnknownDtypeIsRefusedWithTheKnownOnes() {
    assertRefused(one("F8_E4M3", "[1]", 0, 1, 1))
        .hasMessageContaining(
            "tensor \"a\" has the unknown dtype \"F8_E4M3\"; known are BOOL, U8, I8, I16, F16, BF16,"
                + " I32, F32, F64, I64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1.5]", "[\"1\"]", "[null]", "[true]", "1", "[1e3]"})
  void aShapeMustBeWholeNumbers(String shape) {
    assertRefused(one("U8", shape, 0, 1, 1))
        .hasMessageContaining("shape of tensor \"a\" must be a");
  }

  @Test
  void numbersThatAreNegativeOrDoNotFitAreRefused() {
    assertRefused(one("U8", "[-1]", 0, 1, 1))
        .hasMessageContaining("is -1, but must not be negative");
    assertRefused(one("U8", "[9223372036854775808]", 0, 1, 1))
        .hasMessageContaining("does not fit into 63 bits");
    assertRefused(one("U8", "[1]", -1, 0, 1)).hasMessageContaining("data_offsets of tensor \"a\"");
    assertRefused(one("U8", "[" + "9".repeat(5000) + "]", 0, 1, 1)).hasMessageContaining("JSON");
  }

  @Test
  void productsThatOverflowAreRefused() {
    // 2^32 x 2^32 wraps to 0 in 64 bits.
    assertRefused(one("U8", "[4294967296,4294967296]", 0, 0, 0))
        .hasMessageContaining("whose size does not fit into 63 bits");
    assertRefused(one("F64", "[2305843009213693952]", 0, 0, 0))
        .hasMessageContaining("whose size does not fit into 63 bits");
  }

  @Test
  void aSizeThatIsNotThatOfShapeAndDtypeIsRefused() {
    assertRefused(one("F32", "[2,3]", 0, 20, 20))
        .hasMessageContaining(
            "tensor \"a\" of dtype F32 and shape [2, 3] takes 24 bytes, but its data_offsets [0, 20]"
                + " span 20");
  }

  @Test
  void anEndBeforeTheBeginIsRefused() {
    assertRefused(one("U8", "[0]", 5, 4, 8)).hasMessageContaining("begins at 5, after its end 4");
  }

  @Test
  void offsetsBehindTheEndOfTheFileAreRefused() {
    assertRefused(one("U8", "[40]", 0, 40, 39))
        .hasMessageContaining("tensor \"a\" ends at 40, but only 39 bytes of data follow");
    long huge = Long.MAX_VALUE;
    assertRefused(one("U8", "[1]", huge - 1, huge, 4))
        .hasMessageContaining("ends at " + huge + ", but only 4 bytes");
  }

  @Test
  void overlapsAreRefusedWithBothNames() {
    String overlap =
        "{" + entry("a", "U8", "[4]", 0, 4) + "," + entry("b", "U8", "[4]", 3, 7) + "}";
    assertRefused(RawSafetensors.file(folder, overlap, 7))
        .hasMessageContaining(
            "tensor \"b\" begins at 3 and overlaps tensor \"a\", which ends at 4");
    String same = "{" + entry("a", "U8", "[4]", 0, 4) + "," + entry("b", "U8", "[4]", 0, 4) + "}";
    assertRefused(RawSafetensors.file(folder, same, 4)).hasMessageContaining("overlaps");
  }

  @Test
  void gapsAndBytesThatBelongToNoTensorAreRefused() {
    String gap = "{" + entry("a", "U8", "[2]", 0, 2) + "," + entry("b", "U8", "[2]", 4, 6) + "}";
    assertRefused(RawSafetensors.file(folder, gap, 6))
        .hasMessageContaining("tensor \"b\" begins at 4 and leaves a gap after tensor \"a\"");
    assertRefused(one("U8", "[2]", 1, 3, 3)).hasMessageContaining("leaves a gap after the header");
    assertRefused(one("U8", "[2]", 0, 2, 5))
        .hasMessageContaining("3 bytes of data belong to no tensor");
  }

  @Test
  void aTruncatedFileIsRefusedAtEveryLength() {
    String header = "{" + entry("a", "F32", "[2]", 0, 8) + "}";
    byte[] whole = new byte[8 + header.length() + 8];
    ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length());
    System.arraycopy(header.getBytes(StandardCharsets.US_ASCII), 0, whole, 8, header.length());
    for (int length = 0; length < whole.length; length++) {
      assertRefused(RawSafetensors.write(folder, Arrays.copyOf(whole, length)));
    }
  }

  private Path one(String dtype, String shape, long begin, long end, int dataBytes) {
    return RawSafetensors.file(folder, "{" + entry("a", dtype, shape, begin, end) + "}", dataBytes);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Path path) {
    return assertThatThrownBy(() -> SafetensorsFile.open(path).close())
        .isInstanceOfSatisfying(
            FileFormatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_FORMAT))
        .hasMessageStartingWith(path + ": ");
  }
}
