package org.demur.tensor.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.demur.core.ErrorCode;
import org.demur.tensor.file.FileFormatException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufMetadataTest {
  @TempDir Path folder = Path.of("unset");
  private Path path = folder;
  private GgufMetadata metadata = new GgufMetadata(path, new LinkedHashMap<>());

  @BeforeEach
  void writeEveryType() {
    path = folder.resolve("m.gguf");
    new GgufWriter(path)
        .string("text", "grüße")
        .integer("u8", GgufValueType.UINT8, 255)
        .integer("i8", GgufValueType.INT8, -128)
        .integer("u16", GgufValueType.UINT16, 65_535)
        .integer("i16", GgufValueType.INT16, -32_768)
        .integer("u32", GgufValueType.UINT32, 4_294_967_295L)
        .integer("i32", GgufValueType.INT32, -2_147_483_648L)
        .integer("u64", GgufValueType.UINT64, Long.MAX_VALUE)
        .integer("u64.large", GgufValueType.UINT64, -1)
        .integer("i64", GgufValueType.INT64, Long.MIN_VALUE)
        .number("f32", 0.1f)
        .number("f64", 0.1)
        .bool("yes", true)
        .bool("no", false)
        .strings("texts", List.of("a", "", "ß"))
        .integers("u8s", GgufValueType.UINT8, 0, 255)
        .integers("i32s", GgufValueType.INT32, -1, 2)
        .integers("u64s.large", GgufValueType.UINT64, 1, -1)
        .numbers("f32s", 0.5f, -2f)
        .bools("flags", true, false, true)
        .strings("none", List.of())
        .write();
    try (GgufFile file = GgufFile.open(path)) {
      metadata = file.metadata();
    }
  }

  @Test
  void valuesOfEveryTypeAreRead() {
    assertThat(metadata.string("text")).hasValue("grüße");
    assertThat(metadata.integer("u8")).hasValue(255L);
    assertThat(metadata.integer("i8")).hasValue(-128L);
    assertThat(metadata.integer("u16")).hasValue(65_535L);
    assertThat(metadata.integer("i16")).hasValue(-32_768L);
    assertThat(metadata.integer("u32")).hasValue(4_294_967_295L);
    assertThat(metadata.integer("i32")).hasValue(-2_147_483_648L);
    assertThat(metadata.integer("u64")).hasValue(Long.MAX_VALUE);
    assertThat(metadata.integer("i64")).hasValue(Long.MIN_VALUE);
    assertThat(metadata.number("f32")).hasValue((double) 0.1f);
    assertThat(metadata.number("f64")).hasValue(0.1);
    assertThat(metadata.number("u8")).hasValue(255.0);
    assertThat(metadata.bool("yes")).hasValue(true);
    assertThat(metadata.bool("no")).hasValue(false);
    assertThat(metadata.strings("texts")).hasValue(List.of("a", "", "ß"));
    assertThat(metadata.integers("u8s").orElseThrow()).containsExactly(0, 255);
    assertThat(metadata.integers("i32s").orElseThrow()).containsExactly(-1, 2);
    assertThat(metadata.numbers("f32s").orElseThrow()).containsExactly(0.5f, -2f);
    assertThat(metadata.bools("flags").orElseThrow()).containsExactly(true, false, true);
    assertThat(metadata.strings("none")).hasValue(List.of());
  }

  @Test
  void keysKeepTheirOrderAndTypes() {
    assertThat(metadata.keys()).hasSize(21).startsWith("text", "u8", "i8").endsWith("none");
    assertThat(metadata.type("u16")).hasValue(GgufValueType.UINT16);
    assertThat(metadata.type("texts")).hasValue(GgufValueType.ARRAY);
    assertThat(metadata.elementType("texts")).hasValue(GgufValueType.STRING);
    assertThat(metadata.elementType("text")).isEmpty();
    assertThat(metadata.type("absent")).isEmpty();
  }

  @Test
  void absentKeysAreEmpty() {
    assertThat(metadata.string("absent")).isEmpty();
    assertThat(metadata.integer("absent")).isEmpty();
    assertThat(metadata.number("absent")).isEmpty();
    assertThat(metadata.bool("absent")).isEmpty();
    assertThat(metadata.strings("absent")).isEmpty();
    assertThat(metadata.integers("absent")).isEmpty();
    assertThat(metadata.numbers("absent")).isEmpty();
    assertThat(metadata.bools("absent")).isEmpty();
  }

  @Test
  void anotherTypeIsAnErrorThatNamesKeyFoundAndExpected() {
    assertWrong(
        () -> metadata.integer("text"), "\"text\" is of type string, but must be an integer");
    assertWrong(() -> metadata.string("u8"), "\"u8\" is of type uint8, but must be a string");
    assertWrong(
        () -> metadata.integer("f32"), "\"f32\" is of type float32, but must be an integer");
    assertWrong(() -> metadata.number("yes"), "\"yes\" is of type bool, but must be a number");
    assertWrong(() -> metadata.bool("u8"), "\"u8\" is of type uint8, but must be a bool");
    assertWrong(
        () -> metadata.string("texts"),
        "\"texts\" is an array of 3 x string, but must be a string");
    assertWrong(
        () -> metadata.strings("u8s"), "\"u8s\" is an array of 2 x uint8, but must be an array of");
    assertWrong(
        () -> metadata.integers("f32s"),
        "\"f32s\" is an array of 2 x float32, but must be an array");
    assertWrong(
        () -> metadata.numbers("flags"), "\"flags\" is an array of 3 x bool, but must be an array");
    assertWrong(() -> metadata.integers("u8"), "\"u8\" is of type uint8, but must be an array of");
    assertWrong(() -> metadata.bools("texts"), "but must be an array of bools");
  }

  @Test
  void unsignedNumbersThatDoNotFitAreAnErrorWhenTheyAreRead() {
    assertWrong(
        () -> metadata.integer("u64.large"),
        "\"u64.large\" holds 18446744073709551615, but integers must fit into 63 bits");
    assertWrong(() -> metadata.number("u64.large"), "must fit into 63 bits");
    assertWrong(() -> metadata.integers("u64s.large"), "holds 18446744073709551615");
  }

  @Test
  void aMissingKeyIsReportedWithTheNearestOne() {
    assertThat(metadata.missing("u64.larg"))
        .isInstanceOf(FileFormatException.class)
        .hasMessage(
            path + ": the metadata key \"u64.larg\" is missing; did you mean \"u64.large\"?");
  }

  @Test
  void arraysAreCopies() {
    metadata.integers("u8s").orElseThrow()[0] = 99;
    metadata.bools("flags").orElseThrow()[0] = false;
    assertThat(metadata.integers("u8s").orElseThrow()).containsExactly(0, 255);
    assertThat(metadata.bools("flags").orElseThrow()).containsExactly(true, false, true);
  }

  private void assertWrong(ThrowingCallable read, String problem) {
    assertThatThrownBy(read)
        .isInstanceOfSatisfying(
            FileFormatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_CONFIG))
        .hasMessageStartingWith(path + ": the metadata key ")
        .hasMessageContaining(problem)
        .hasMessageContaining("(at byte ");
  }
}
