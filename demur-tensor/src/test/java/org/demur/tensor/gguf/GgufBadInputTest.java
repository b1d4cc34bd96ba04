package org.demur.tensor.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.demur.core.ErrorCode;
import org.demur.tensor.file.FileFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufBadInputTest {
  private static final int F32 = 0;
  private static final int Q4_0 = 2;

  @TempDir Path folder = Path.of("unset");

  @Test
  void anEmptyFileIsTooShort() {
    assertRefused(RawGguf.write(folder, new byte[0])).hasMessageContaining("only 0 bytes long");
  }

  @Test
  void otherFormatsAreRefusedWithWhatTheyStartWith() {
    assertRefused(new RawGguf().text("ggml").zeros(40).write(folder))
        .hasMessageContaining(
            "starts with \"GGUF\", but this one starts with \"ggml\" (at byte 0)");
  }

  @Test
  void otherVersionsAreRefused() {
    assertRefused(new RawGguf().text("GGUF").int32(1).zeros(40).write(folder))
        .hasMessageContaining("has version 1; versions 2 and 3 are accepted (at byte 4)");
    assertRefused(new RawGguf().text("GGUF").int32(4).zeros(40).write(folder))
        .hasMessageContaining("has version 4");
    assertRefused(new RawGguf().text("GGUF").int32(-1).zeros(40).write(folder))
        .hasMessageContaining("has version 4294967295");
  }

  @Test
  void bigEndianFilesAreRefused() {
    assertRefused(new RawGguf().text("GGUF").bytes(0, 0, 0, 3).zeros(40).write(folder))
        .hasMessageContaining("is big-endian; only little-endian is accepted (at byte 4)");
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 1L << 32, 0x5555555555555556L, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void tensorCountsBeyondTheFileAreRefused(long count) {
    assertRefused(RawGguf.header(count, 0).zeros(32).write(folder))
        .hasMessageContaining(
            "the number of tensors is %s, but the 40 bytes that follow can hold at most 1 (at byte 8)"
                .formatted(Long.toUnsignedString(count)));
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 1L << 32, Long.MAX_VALUE, -1})
  void keyCountsBeyondTheFileAreRefused(long count) {
    assertRefused(RawGguf.header(0, count).zeros(40).write(folder))
        .hasMessageContaining(
            "the number of metadata keys is %s, but the 40 bytes that follow can hold at most 3"
                    .formatted(Long.toUnsignedString(count))
                + " (at byte 16)");
  }

  @Test
  void moreKeysThanAnyModelHasAreRefused() {
    assertRefused(RawGguf.header(0, 70_000).zeros(13 * 70_000).write(folder))
        .hasMessageContaining("number of metadata keys is 70000; at most 65536 are accepted");
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 1L << 31, 1L << 32, Long.MAX_VALUE, -1})
  void stringLengthsPastTheEndAreRefused(long length) {
    RawGguf file = RawGguf.header(0, 1).key("general.name", GgufValueType.STRING);
    int at = file.size();
    assertRefused(file.int64(length).text("abc").write(folder))
        .hasMessageContaining(
            "the length of the value of \"general.name\" is %s, but the 3 bytes that follow"
                .formatted(Long.toUnsignedString(length)))
        .hasMessageContaining("(at byte " + at + ")");
    assertRefused(RawGguf.header(0, 1).int64(length).zeros(13).write(folder))
        .hasMessageContaining("the length of the metadata key 0 is ");
  }

  @Test
  void keysLongerThanTheFormatAllowsAreRefused() {
    assertRefused(RawGguf.header(0, 1).int64(65_536).zeros(70_000).write(folder))
        .hasMessageContaining("length of the metadata key 0 is 65536; at most 65535 are accepted");
  }

  @Test
  void textThatIsNoUtf8IsRefused() {
    RawGguf value = RawGguf.header(0, 1).key("k", GgufValueType.STRING);
    assertRefused(value.string("a\u00ff").write(folder))
        .hasMessageContaining("the value of \"k\" is not valid UTF-8 (at byte 45)");
    RawGguf element = RawGguf.header(0, 1).key("k", GgufValueType.ARRAY).int32(8).int64(2);
    assertRefused(element.string("fine").string("\u00c3(").write(folder))
        .hasMessageContaining("element 1 of the value of \"k\" is not valid UTF-8");
  }

  @Test
  void theReplacementCharacterItselfIsText() {
    Path path = folder.resolve("m.gguf");
    new GgufWriter(path).string("k", "\uFFFD").write();
    try (GgufFile file = GgufFile.open(path)) {
      assertThat(file.metadata().string("k")).hasValue("\uFFFD");
    }
  }

  @Test
  void nestedArraysAreRefused() {
    RawGguf nested = RawGguf.header(0, 1).key("k", GgufValueType.ARRAY);
    for (int depth = 0; depth < 10_000; depth++) {
      nested.int32(GgufValueType.ARRAY.id()).int64(1);
    }
    assertRefused(nested.write(folder))
        .hasMessageContaining("the value of \"k\" is an array of arrays, which is not accepted");
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 1L << 30, 1L << 61, Long.MAX_VALUE, -1})
  void arraysLongerThanTheFileAreRefusedWithoutAllocation(long count) {
    RawGguf file = RawGguf.header(0, 1).key("k", GgufValueType.ARRAY).int32(10);
    assertRefused(file.int64(count).zeros(16).write(folder))
        .hasMessageContaining(
            "the number of elements of \"k\" is %s, but the 16 bytes that follow can hold at most 2"
                .formatted(Long.toUnsignedString(count)));
  }

  @Test
  void moreArrayElementsThanAnyVocabularyHasAreRefused() {
    int count = (1 << 23) + 1;
    RawGguf file = RawGguf.header(0, 1).key("k", GgufValueType.ARRAY).int32(0).int64(count);
    assertRefused(file.zeros(count).write(folder))
        .hasMessageContaining(
            "number of elements of \"k\" is 8388609; at most 8388608 are accepted");
  }

  @Test
  void unknownValueTypesAreRefusedWithTheKnownOnes() {
    assertRefused(RawGguf.header(0, 1).string("k").int32(13).zeros(8).write(folder))
        .hasMessageContaining(
            "the value of \"k\" has the unknown type 13; known are 0 uint8, 1 int8")
        .hasMessageContaining("12 float64 (at byte 33)");
    RawGguf element = RawGguf.header(0, 1).key("k", GgufValueType.ARRAY).int32(99).int64(1);
    assertRefused(element.zeros(8).write(folder)).hasMessageContaining("unknown type 99");
  }

  @Test
  void aBoolThatIsNeitherIsRefused() {
    assertRefused(RawGguf.header(0, 1).key("k", GgufValueType.BOOL).bytes(2).write(folder))
        .hasMessageContaining("the value of \"k\" is a bool of 2; 0 and 1 are accepted");
  }

  @Test
  void duplicateKeysAreRefused() {
    RawGguf file = RawGguf.header(0, 2).key("k", GgufValueType.UINT8).bytes(1);
    assertRefused(file.key("k", GgufValueType.UINT8).bytes(1).write(folder))
        .hasMessageContaining("the metadata key \"k\" is there twice (at byte 38)");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, 48, 1L << 21, 0xFFFFFFFFL})
  void alignmentsThatAreNoAcceptedPowerOfTwoAreRefused(long alignment) {
    RawGguf file = RawGguf.header(0, 1).key("general.alignment", GgufValueType.UINT32);
    assertRefused(file.int32(alignment).write(folder))
        .hasMessageContaining(
            "general.alignment is %d; a power of two up to 1048576 is accepted (at byte 53)"
                .formatted(alignment));
  }

  @Test
  void anAlignmentThatIsNoIntegerIsRefused() {
    RawGguf file = RawGguf.header(0, 1).key("general.alignment", GgufValueType.STRING);
    assertThatThrownBy(() -> GgufFile.open(file.string("32").write(folder)))
        .hasMessageContaining("\"general.alignment\" is of type string, but must be an integer");
  }

  @Test
  void partsOfASplitModelAreRefused() {
    Path path = folder.resolve("m.gguf");
    new GgufWriter(path)
        .integer("split.no", GgufValueType.UINT16, 1)
        .integer("split.count", GgufValueType.UINT16, 3)
        .write();
    assertRefused(path)
        .hasMessageContaining("this is part 2 of a model that was split into 3 files; join them");
    new GgufWriter(path).integer("split.count", GgufValueType.UINT16, 1).write();
    try (GgufFile file = GgufFile.open(path)) {
      assertThat(file.metadata().integer("split.count")).hasValue(1L);
    }
  }

  @Test
  void duplicateTensorsAreRefused() {
    RawGguf file = RawGguf.header(2, 0).tensor("a", F32, 0, 8).tensor("a", F32, 32, 8);
    assertRefused(file.align(32).zeros(64).write(folder))
        .hasMessageContaining("the tensor name \"a\" is there twice (at byte 57)");
  }

  @Test
  void moreThanFourAxesAreRefused() {
    assertRefused(oneTensor(F32, 0, 1, 1, 1, 1, 1))
        .hasMessageContaining("tensor \"a\" has 5 axes; at most 4 are accepted");
    RawGguf many = RawGguf.header(1, 0).string("a").int32(-1).zeros(40);
    assertRefused(many.write(folder)).hasMessageContaining("tensor \"a\" has 4294967295 axes");
  }

  @Test
  void namesLongerThanAnyModelUsesAreRefused() {
    assertRefused(RawGguf.header(1, 0).int64(1025).zeros(2000).write(folder))
        .hasMessageContaining("length of the name of tensor 0 is 1025; at most 1024 are accepted");
  }

  @Test
  void productsThatOverflowAreRefused() {
    long half = 1L << 32;
    assertRefused(oneTensor(F32, 0, half, half))
        .hasMessageContaining(
            "tensor \"a\" has shape [4294967296, 4294967296], whose size does not fit into 63 bits");
    assertRefused(oneTensor(F32, 0, 1L << 61)).hasMessageContaining("does not fit into 63 bits");
    assertRefused(oneTensor(F32, 0, Long.MIN_VALUE, 2)).hasMessageContaining("a negative axis");
    assertRefused(oneTensor(F32, 0, -1)).hasMessageContaining("shape [-1] with a negative axis");
  }

  @Test
  void rowsThatAreNoMultipleOfTheBlockAreRefused() {
    assertRefused(oneTensor(Q4_0, 0, 48, 2))
        .hasMessageContaining(
            "tensor \"a\" has shape [2, 48], but rows of type Q4_0 must be a multiple of its block of"
                + " 32 elements (at byte 24)");
    assertRefused(oneTensor(Q4_0, 0)).hasMessageContaining("multiple of its block of 32");
  }

  @Test
  void unknownTensorTypesAreRefusedWithTheKnownOnes() {
    assertRefused(oneTensor(99, 0, 8))
        .hasMessageContaining(
            "tensor \"a\" has the type 99, which is unknown; supported are 0 F32, 1 F16, 2 Q4_0")
        .hasMessageContaining("39 MXFP4 (at byte 45)");
    assertRefused(oneTensor(9, 0, 32))
        .hasMessageContaining("has the type 9 (Q8_1), which is not supported; supported are");
    assertRefused(oneTensor(-1, 0, 32)).hasMessageContaining("has the type 4294967295");
  }

  @Test
  void offsetsThatAreNotAlignedAreRefused() {
    assertRefused(oneTensor(F32, 4, 1))
        .hasMessageContaining("has the offset 4, which is no multiple of the alignment 32");
  }

  @ParameterizedTest
  @ValueSource(longs = {64, 1L << 62, Long.MAX_VALUE - 31, -32})
  void offsetsOutOfTheFileAreRefused(long offset) {
    assertRefused(oneTensor(F32, offset, 8))
        .hasMessageContaining(
            "tensor \"a\" takes 32 bytes from offset %s, but the file has only 64 bytes of data"
                .formatted(Long.toUnsignedString(offset)));
  }

  @Test
  void aTensorThatEndsBehindTheFileIsRefused() {
    assertRefused(oneTensor(F32, 0, 1L << 40))
        .hasMessageContaining("takes 4398046511104 bytes from offset 0, but the file has only 64");
  }

  @Test
  void overlappingTensorsAreRefusedWithBothNames() {
    RawGguf file = RawGguf.header(2, 0).tensor("a", F32, 0, 16).tensor("b", F32, 32, 8);
    assertRefused(file.align(32).zeros(64).write(folder))
        .hasMessageContaining("tensor \"b\" at offset 32 overlaps tensor \"a\", which ends at 64");
  }

  @Test
  void aTruncatedFileIsRefusedAtEveryLength() {
    Path path = folder.resolve("m.gguf");
    RawGguf file = RawGguf.header(1, 3).key("s", GgufValueType.STRING).string("text");
    file.key("n", GgufValueType.FLOAT64).int64(1);
    file.key("l", GgufValueType.ARRAY).int32(8).int64(2).string("x").string("yy");
    byte[] whole = file.tensor("a", F32, 0, 8).align(32).zeros(32).content();
    for (int length = 0; length < whole.length; length++) {
      assertRefused(RawGguf.write(folder, Arrays.copyOf(whole, length)));
    }
    RawGguf.write(folder, whole);
    try (GgufFile read = GgufFile.open(path)) {
      assertThat(read.metadata().strings("l")).hasValue(List.of("x", "yy"));
    }
  }

  @Test
  void whatIsMissingAtTheEndIsNamed() {
    byte[] cut = RawGguf.header(0, 1).key("k", GgufValueType.UINT64).zeros(7).content();
    assertRefused(RawGguf.write(folder, cut))
        .hasMessageContaining(
            "the file ends inside the value of \"k\": 8 bytes are needed, 7 are left (at byte 37)");
  }

  private Path oneTensor(long type, long offset, long... fastestFirst) {
    return RawGguf.header(1, 0)
        .tensor("a", type, offset, fastestFirst)
        .align(32)
        .zeros(64)
        .write(folder);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Path path) {
    return assertThatThrownBy(() -> GgufFile.open(path).close())
        .isInstanceOfSatisfying(
            FileFormatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_FORMAT))
        .hasMessageStartingWith(path + ": ");
  }
}
