package org.demur.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.demur.tensor.EightBit;
import org.demur.tensor.Engine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every kernel against plain loops in double precision.
class KernelsTest {
  private final SplittableRandom random = new SplittableRandom(5);
  private final Arena arena = Arena.ofAuto();

  @BeforeAll
  static void loads() {
    Engine.load();
    assumeTrue(Kernels.available(), "this processor's vectors are too short for the kernels");
  }

  private MemorySegment floats(int count) {
    MemorySegment memory = arena.allocate((long) count * Float.BYTES, 64);
    for (int i = 0; i < count; i++) {
      memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
    }
    return memory;
  }

  private static double at(MemorySegment memory, int index) {
    return memory.getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }

  private Matrix matrix(String type, int rows, int columns) {
    if (type.equals("fp32")) {
      return new FloatMatrix(floats(rows * columns), rows, columns);
    }
    if (type.equals("bf16")) {
      MemorySegment memory = arena.allocate((long) rows * columns * Short.BYTES, 64);
      for (int i = 0; i < rows * columns; i++) {
        int bits = Float.floatToRawIntBits((float) random.nextDouble(-1, 1));
        memory.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (bits >>> 16));
      }
      return new BfloatMatrix(memory, rows, columns);
    }
    int blocks = rows * columns / EightBit.BLOCK;
    MemorySegment memory = arena.allocate((long) blocks * EightBit.BLOCK_BYTES, 64);
    for (int block = 0; block < blocks; block++) {
      long start = (long) block * EightBit.BLOCK_BYTES;
      short scale = Float.floatToFloat16((float) random.nextDouble(0.001, 0.01));
      memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, start, scale);
      for (int i = 0; i < EightBit.BLOCK; i++) {
        memory.set(ValueLayout.JAVA_BYTE, start + 2 + i, (byte) random.nextInt(-128, 128));
      }
    }
    return new Q8Matrix(memory, rows, columns);
  }

  /// The weight as an independent reading of its bytes gives it.
  private static double weight(Matrix matrix, int row, int column) {
    int index = row * matrix.columns() + column;
    return switch (matrix) {
      case FloatMatrix floats -> at(floats.memory(), index);
      case BfloatMatrix halves ->
          Float.intBitsToFloat(
              Short.toUnsignedInt(halves.memory().getAtIndex(ValueLayout.JAVA_SHORT, index)) << 16);
      case Q8Matrix blocks -> {
        long start = (long) (index / EightBit.BLOCK) * EightBit.BLOCK_BYTES;
        short scale = blocks.memory().get(ValueLayout.JAVA_SHORT_UNALIGNED, start);
        byte value = blocks.memory().get(ValueLayout.JAVA_BYTE, start + 2 + index % EightBit.BLOCK);
        yield (double) Float.float16ToFloat(scale) * value;
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "fp32, 1, 37, 64",
    "fp32, 2, 37, 64",
    "fp32, 7, 64, 96",
    "bf16, 1, 37, 64",
    "bf16, 5, 66, 32",
    "bf16, 1, 9, 40",
    "q8, 1, 37, 64",
    "q8, 3, 41, 96",
    "fp32, 1, 2000, 576",
    "q8, 8, 2000, 576"
  })
  void productsMatch(String type, int tokens, int rows, int atLeast) {
    int columns = Math.ceilDiv(atLeast, Kernels.lanes()) * Kernels.lanes();
    Matrix matrix = matrix(type, rows, columns);
    MemorySegment x = floats(tokens * columns);
    int stride = rows + 3;
    MemorySegment y = floats(tokens * stride);
    double before = at(y, 0);
    Products.multiply(matrix, x, tokens, y, stride, 2);

    assertThat(at(y, 0)).as("what lies beside the result").isEqualTo(before);
    for (int token = 0; token < tokens; token++) {
      for (int row = 0; row < rows; row += Math.max(1, rows / 50)) {
        double expected = 0;
        for (int i = 0; i < columns; i++) {
          expected += weight(matrix, row, i) * at(x, token * columns + i);
        }
        assertThat(at(y, token * stride + 2 + row)).isCloseTo(expected, within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp32", "bf16", "q8"})
  void weightsAreWidenedExactly(String type) {
    Matrix matrix = matrix(type, 9, 64);
    MemorySegment wide = floats(9 * 64);
    Products.widen(matrix, wide);
    for (int i = 0; i < 9 * 64; i++) {
      assertThat((float) at(wide, i)).isEqualTo((float) weight(matrix, i / 64, i % 64));
    }
  }

  @Test
  void blocksThatDoNotFitAreRefused() {
    MemorySegment memory = arena.allocate(100);
    assertThatThrownBy(() -> new Q8Matrix(memory, 2, 64))
        .hasMessageContaining("100 bytes are no [2, 64]");
    assertThatThrownBy(() -> new Q8Matrix(memory, 1, 40)).hasMessageContaining("blocks of 32");
  }

  @Test
  void bfloat16RoundsToTheNearestAndKeepsWhatIsNoNumber() {
    int lanes = Kernels.lanes();
    MemorySegment values = floats(lanes);
    float[] odd = {Float.NaN, Float.POSITIVE_INFINITY, 1 + 0x1p-8f, 1 + 0x3p-8f, -0f};
    for (int i = 0; i < odd.length; i++) {
      values.setAtIndex(ValueLayout.JAVA_FLOAT, i, odd[i]);
    }
    MemorySegment halves = arena.allocate((long) lanes * Short.BYTES, 64);
    TokenLoops.copy(new Panel(values, lanes, false), new Panel(halves, lanes, true), 1, lanes, 1);
    MemorySegment back = floats(lanes);
    TokenLoops.copy(new Panel(halves, lanes, true), new Panel(back, lanes, false), 1, lanes, 1);

    assertThat(at(back, 0)).isNaN();
    assertThat(at(back, 1)).isInfinite();
    // halfway cases go to the even neighbour
    assertThat(at(back, 2)).isEqualTo(1.0);
    assertThat(at(back, 3)).isEqualTo(1.015625);
    assertThat(1 / at(back, 4)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void normsAndGatesMatch() {
    int tokens = 5;
    int width = 64;
    MemorySegment x = floats(tokens * 2 * width);
    float[] weight = new float[width];
    for (int i = 0; i < width; i++) {
      weight[i] = i / 10f - 2;
    }
    MemorySegment normed = floats(tokens * 2 * width);
    Panel in = new Panel(x, 2 * width, false);
    TokenLoops.rmsNorm(in, 0, tokens, weight, 1e-5, new Panel(normed, 2 * width, false));
    MemorySegment silu = floats(tokens * width);
    MemorySegment gelu = floats(tokens * width);
    TokenLoops.gated(TokenLoops.Gate.SILU, in, tokens, width, new Panel(silu, width, false));
    TokenLoops.gated(TokenLoops.Gate.GELU_TANH, in, tokens, width, new Panel(gelu, width, false));
    for (int token = 0; token < tokens; token++) {
      double squares = 0;
      for (int i = 0; i < width; i++) {
        squares += Math.pow(at(x, token * 2 * width + i), 2);
      }
      for (int i = 0; i < width; i++) {
        double v = at(x, token * 2 * width + i);
        double up = at(x, token * 2 * width + width + i);
        double inner = Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v);
        assertThat(at(normed, token * 2 * width + i))
            .isCloseTo(v / Math.sqrt(squares / width + 1e-5) * weight[i], within(1e-5));
        assertThat(at(silu, token * width + i))
            .isCloseTo(v / (1 + Math.exp(-v)) * up, within(1e-6));
        assertThat(at(gelu, token * width + i))
            .isCloseTo(0.5 * v * (1 + Math.tanh(inner)) * up, within(1e-6));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 32})
  void rotationTurnsPairs(int width) {
    int dHead = 32;
    int heads = 3;
    int tokens = 4;
    MemorySegment x = floats(tokens * heads * dHead);
    double[] before = new double[tokens * heads * dHead];
    for (int i = 0; i < before.length; i++) {
      before[i] = at(x, i);
    }
    float[] cos = new float[tokens * width];
    float[] sin = new float[tokens * width];
    for (int token = 0; token < tokens; token++) {
      for (int i = 0; i < width; i++) {
        double angle = token * (i % (width / 2) + 1) * 0.3;
        cos[token * width + i] = (float) Math.cos(angle);
        sin[token * width + i] = (float) Math.sin(angle);
      }
    }
    Panel panel = new Panel(x, heads * dHead, false);
    TokenLoops.rotate(panel, heads, dHead, tokens, width, cos, sin);
    for (int token = 0; token < tokens; token++) {
      for (int head = 0; head < heads; head++) {
        int first = (token * heads + head) * dHead;
        for (int i = 0; i < dHead; i++) {
          double expected = before[first + i];
          if (i < width) {
            int half = width / 2;
            double other = i < half ? -before[first + i + half] : before[first + i - half];
            expected = before[first + i] * cos[token * width + i] + other * sin[token * width + i];
          }
          assertThat(at(x, first + i)).isCloseTo(expected, within(1e-6));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 1", "3, 0, 2", "0, 2.5, 3", "70, 0, 3"})
  void attentionMatches(int window, float softCap, int vectors) {
    int heads = 4;
    int kvHeads = 2;
    int dHead = vectors * Kernels.lanes();
    int[] lengths = {1, 5, 150};
    int[] past = {9, 0, 0};
    int keys = 160;
    int tokens = 156;
    MemorySegment q = floats(tokens * heads * dHead);
    MemorySegment k = floats(3 * keys * kvHeads * dHead);
    MemorySegment v = floats(3 * keys * kvHeads * dHead);
    MemorySegment z = floats(tokens * heads * dHead);
    Panel keyPanel = new Panel(k, kvHeads * dHead, false);
    Panel valuePanel = new Panel(v, kvHeads * dHead, false);
    CausalAttention attention = new CausalAttention(heads, kvHeads, dHead, 0.7f, softCap, window);
    attention.run(
        new CausalAttention.Rows(new int[] {0, 1, 6}, lengths, past),
        new Panel(q, heads * dHead, false),
        new CausalAttention.Source() {
          @Override
          public CausalAttention.Keys keys(int row, int kvHead) {
            return new CausalAttention.Keys(keyPanel, row * keys, kvHead * dHead);
          }

          @Override
          public CausalAttention.Keys values(int row, int kvHead) {
            return new CausalAttention.Keys(valuePanel, row * keys, kvHead * dHead);
          }
        },
        new Panel(z, heads * dHead, false));
    int token = 0;
    for (int row = 0; row < 3; row++) {
      for (int query = 0; query < lengths[row]; query++, token++) {
        for (int head = 0; head < heads; head++) {
          int place = past[row] + query;
          int start = window == 0 ? 0 : Math.max(0, place - window + 1);
          double[] weights = new double[place + 1];
          double total = 0;
          for (int key = start; key <= place; key++) {
            double score = 0;
            for (int i = 0; i < dHead; i++) {
              score +=
                  at(q, (token * heads + head) * dHead + i)
                      * at(k, ((row * keys + key) * kvHeads + head / 2) * dHead + i);
            }
            score *= 0.7f;
            score = softCap == 0 ? score : softCap * Math.tanh(score / softCap);
            weights[key] = Math.exp(score);
            total += weights[key];
          }
          for (int i = 0; i < dHead; i += 5) {
            double expected = 0;
            for (int key = start; key <= place; key++) {
              expected +=
                  weights[key]
                      / total
                      * at(v, ((row * keys + key) * kvHeads + head / 2) * dHead + i);
            }
            assertThat(at(z, (token * heads + head) * dHead + i))
                .as("row %d query %d head %d", row, query, head)
                .isCloseTo(expected, within(1e-5));
          }
        }
      }
    }
  }

  @Test
  void exponentialsAreRight() {
    int lanes = Kernels.lanes();
    float[] values = new float[lanes];
    for (float x = -86; x < 87; x += 0.37f) {
      Arrays.fill(values, x);
      float[] found = new float[lanes];
      Lanes.exp(Lanes.of(values, 0)).intoArray(found, 0);
      assertThat(found[lanes - 1] / Math.exp(x)).as("e^%s", x).isCloseTo(1, within(2e-7));
    }
    float[] limits = new float[lanes];
    limits[0] = Float.NEGATIVE_INFINITY;
    limits[1] = Float.POSITIVE_INFINITY;
    limits[2] = Float.NaN;
    float[] found = new float[lanes];
    Lanes.exp(Lanes.of(limits, 0)).intoArray(found, 0);
    assertThat(found[0]).isBetween(0f, 1e-37f);
    assertThat(found[1]).isGreaterThan(1e38f);
    assertThat(found[2]).isNaN();
  }

  /// The first call is interpreted, the last one compiled: a run must give the same bits when it is
  /// repeated in a process that is warm.
  @Test
  void compiledCodeGivesTheBitsOfInterpretedCode() {
    int width = 64;
    int tokens = 3;
    MemorySegment x = floats(tokens * 2 * width);
    Panel in = new Panel(x, 2 * width, false);
    float[] weight = new float[width];
    Arrays.fill(weight, 0.7f);
    Matrix matrix = matrix("bf16", 96, width);
    byte[] first = {};
    for (int round = 0; round < 30_000; round++) {
      MemorySegment normed = arena.allocate((long) tokens * 2 * width * Float.BYTES, 64);
      MemorySegment gated = arena.allocate((long) tokens * width * Float.BYTES, 64);
      MemorySegment product = arena.allocate((long) tokens * 96 * Float.BYTES, 64);
      TokenLoops.rmsNorm(in, 0, tokens, weight, 1e-5, new Panel(normed, 2 * width, false));
      TokenLoops.gated(
          round % 2 == 0 ? TokenLoops.Gate.SILU : TokenLoops.Gate.GELU_TANH,
          in,
          tokens,
          width,
          new Panel(gated, width, false));
      Products.multiply(matrix, gated, tokens, product, 96, 0);
      if (round % 2 == 0 && (round < 100 || round % 1000 == 0)) {
        byte[] bytes = bytes(normed, gated, product);
        first = round == 0 ? bytes : first;
        assertThat(bytes).as("round %d", round).isEqualTo(first);
      }
    }
  }

  private static byte[] bytes(MemorySegment... segments) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (MemorySegment segment : segments) {
      all.writeBytes(segment.toArray(ValueLayout.JAVA_BYTE));
    }
    return all.toByteArray();
  }

  @Test
  void everyPartOfALoopRunsOnceAndFailuresReachTheCaller() {
    for (int round = 0; round < 200; round++) {
      AtomicIntegerArray counts = new AtomicIntegerArray(13);
      Team.run(13, counts::incrementAndGet);
      for (int i = 0; i < 13; i++) {
        assertThat(counts.get(i)).isEqualTo(1);
      }
    }
    assertThatThrownBy(
            () ->
                Team.run(
                    6,
                    part -> {
                      if (part == 3) {
                        throw new IllegalStateException("part 3");
                      }
                    }))
        .hasMessage("part 3");
    // a loop inside of a loop runs alone
    AtomicIntegerArray inner = new AtomicIntegerArray(1);
    Team.run(4, part -> Team.run(4, each -> inner.incrementAndGet(0)));
    assertThat(inner.get(0)).isEqualTo(16);
  }
}
