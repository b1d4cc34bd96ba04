package org.demur.tensor.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DequantizerTest {
  @Test
  void aQ40BlockIsItsScaleTimesFourBitsMinusEight() {
    // The lower halves 0..15 are elements 0-15; all upper halves are 9: elements 16-31 are 1 x 0.5.
    Blocks block = Blocks.of(StorageType.Q4_0, 1).half(0.5f);
    for (int i = 0; i < 16; i++) {
      block.bytes(0x90 | i);
    }
    float[] values = block.decode(StorageType.Q4_0);
    for (int i = 0; i < 16; i++) {
      assertThat(values[i]).isEqualTo(0.5f * (i - 8));
      assertThat(values[16 + i]).isEqualTo(0.5f);
    }
  }

  @Test
  void aQ41BlockIsItsScaleTimesFourBitsPlusItsMinimum() {
    Blocks block = Blocks.of(StorageType.Q4_1, 2);
    block.half(0.25f).half(-3f).repeat(16, 0xF0);
    block.half(2f).half(1f).repeat(16, 0x37);
    float[] values = block.decode(StorageType.Q4_1);
    for (int i = 0; i < 16; i++) {
      assertThat(values[i]).isEqualTo(-3f);
      assertThat(values[16 + i]).isEqualTo(15 * 0.25f - 3f);
      assertThat(values[32 + i]).isEqualTo(7 * 2f + 1f);
      assertThat(values[48 + i]).isEqualTo(3 * 2f + 1f);
    }
  }

  @Test
  void aQ50BlockTakesItsFifthBitsFromAWord() {
    // High bits set for elements 0 and 31 only.
    Blocks block = Blocks.of(StorageType.Q5_0, 1).half(1f).bytes(0x01, 0, 0, 0x80).repeat(16, 0x53);
    float[] values = block.decode(StorageType.Q5_0);
    assertThat(values[0]).isEqualTo(3 + 16 - 16);
    assertThat(values[1]).isEqualTo(3 - 16);
    assertThat(values[16]).isEqualTo(5 - 16);
    assertThat(values[31]).isEqualTo(5 + 16 - 16);
  }

  @Test
  void aQ80BlockIsItsScaleTimesSignedBytes() {
    Blocks block = Blocks.of(StorageType.Q8_0, 1).half(-0.125f);
    for (int i = 0; i < 32; i++) {
      block.bytes(i == 31 ? -128 : 4 * i);
    }
    float[] values = block.decode(StorageType.Q8_0);
    for (int i = 0; i < 31; i++) {
      assertThat(values[i]).isEqualTo(-0.5f * i);
    }
    assertThat(values[31]).isEqualTo(16f);
  }

  @Test
  void aQ6kBlockJoinsLowAndHighBitsAndSignedScalesOfSixteen() {
    // Low bits: 0x21 everywhere, so elements of the first two quarters of each half have 1 and the
    // others 2. High bits: 0b11100100, so quarter q has q. Scales of the groups: -8..7. d = 0.5.
    Blocks block = Blocks.of(StorageType.Q6_K, 1).repeat(128, 0x21).repeat(64, 0b11100100);
    for (int group = 0; group < 16; group++) {
      block.bytes(group - 8);
    }
    float[] values = block.half(0.5f).decode(StorageType.Q6_K);
    for (int i = 0; i < 256; i++) {
      int quarter = i % 128 / 32;
      int low = quarter < 2 ? 1 : 2;
      float expected = 0.5f * (i / 16 - 8) * ((low | quarter << 4) - 32);
      assertThat(values[i]).as("element %d", i).isEqualTo(expected);
    }
  }

  @Test
  void anIq4BlockLooksItsValuesUp() {
    Blocks block = Blocks.of(StorageType.IQ4_NL, 1).half(1f);
    for (int i = 0; i < 16; i++) {
      block.bytes(i);
    }
    float[] values = block.decode(StorageType.IQ4_NL);
    assertThat(values[0]).isEqualTo(-127);
    assertThat(values[8]).isEqualTo(1);
    assertThat(values[15]).isEqualTo(113);
    assertThat(values[16]).isEqualTo(-127);
  }

  @Test
  void plainNumbersBecomeFloats() {
    assertThat(
            plain(StorageType.F16, 2, buffer(4).putShort((short) 0x3C00).putShort((short) 0xC100)))
        .containsExactly(1f, -2.5f);
    assertThat(
            plain(StorageType.BF16, 2, buffer(4).putShort((short) 0x3F80).putShort((short) 0xC020)))
        .containsExactly(1f, -2.5f);
    assertThat(plain(StorageType.F64, 2, buffer(16).putDouble(0.1).putDouble(-1e300)))
        .containsExactly(0.1f, Float.NEGATIVE_INFINITY);
    assertThat(plain(StorageType.I64, 2, buffer(16).putLong(-5).putLong(1L << 40)))
        .containsExactly(-5f, 0x1p40f);
    assertThat(plain(StorageType.I32, 1, buffer(4).putInt(-7))).containsExactly(-7f);
    assertThat(plain(StorageType.I16, 1, buffer(2).putShort((short) -300))).containsExactly(-300f);
    assertThat(plain(StorageType.I8, 1, buffer(1).put((byte) -3))).containsExactly(-3f);
    assertThat(plain(StorageType.U8, 1, buffer(1).put((byte) 200))).containsExactly(200f);
    assertThat(plain(StorageType.BOOL, 2, buffer(2).put((byte) 1).put((byte) 0)))
        .containsExactly(1f, 0f);
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static float[] plain(StorageType type, long count, ByteBuffer bytes) {
    return Dequantizer.toFloat32(Blocks.tensor(type, List.of(count), bytes));
  }

  @ParameterizedTest
  @EnumSource(StorageType.class)
  void rangesOfRowsAreTheRowsOfTheWhole(StorageType type) {
    // Rows of 5 blocks of 256, so that a range is neither a whole chunk nor a whole tensor.
    StoredTensor tensor = Blocks.random(type, List.of(3L, 5L, 1280L), type.name().hashCode());
    float[] whole = Dequantizer.toFloat32(tensor);
    for (int[] range : new int[][] {{0, 15}, {0, 1}, {4, 11}, {14, 15}, {7, 7}}) {
      float[] part = new float[(range[1] - range[0]) * 1280];
      Dequantizer.toFloat32(tensor, range[0], range[1], MemorySegment.ofArray(part));
      for (int i = 0; i < part.length; i++) {
        assertThat(Float.floatToIntBits(part[i]))
            .isEqualTo(Float.floatToIntBits(whole[range[0] * 1280 + i]));
      }
    }
  }

  @Test
  void nativeMemoryTakesTheFloatsToo() {
    StoredTensor tensor = Blocks.random(StorageType.Q8_0, List.of(2L, 64L), 3);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment destination = arena.allocate(2 * 64 * Float.BYTES);
      Dequantizer.toFloat32(tensor, destination);
      assertThat(destination.toArray(ValueLayout.JAVA_FLOAT))
          .isEqualTo(Dequantizer.toFloat32(tensor));
    }
  }

  @Test
  void tensorsWithoutElementsAndSingleNumbersWork() {
    assertThat(Dequantizer.toFloat32(Blocks.random(StorageType.Q4_K, List.of(0L, 256L), 1)))
        .isEmpty();
    assertThat(Dequantizer.toFloat32(Blocks.random(StorageType.F32, List.of(7L, 0L), 1))).isEmpty();
    assertThat(Dequantizer.toFloat32(Blocks.random(StorageType.I8, List.of(), 1))).hasSize(1);
  }

  @Test
  void aDestinationOfAnotherSizeIsRefusedWithBothSizes() {
    StoredTensor tensor = Blocks.random(StorageType.F16, List.of(2L, 3L), 1);
    assertThatThrownBy(() -> Dequantizer.toFloat32(tensor, MemorySegment.ofArray(new float[5])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "rows 0 to 2 of tensor \"w\" take 24 bytes as 32-bit floats, but the destination has 20");
  }

  @Test
  void rowsThatATensorDoesNotHaveAreRefused() {
    StoredTensor tensor = Blocks.random(StorageType.F16, List.of(2L, 3L), 1);
    MemorySegment destination = MemorySegment.ofArray(new float[6]);
    assertThatThrownBy(() -> Dequantizer.toFloat32(tensor, 1, 3, destination))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
