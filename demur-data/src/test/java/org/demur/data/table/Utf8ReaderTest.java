package org.demur.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Utf8ReaderTest {
  private static Utf8Reader reader(byte[] bytes) {
    return new Utf8Reader(new ByteArrayInputStream(bytes), "a.txt", 1_000_000);
  }

  private static String read(Utf8Reader reader) {
    StringBuilder text = new StringBuilder();
    for (int c = reader.read(); c >= 0; c = reader.read()) {
      text.append((char) c);
    }
    return text.toString();
  }

  @Test
  void charactersThatCrossTheBufferStayWhole() {
    String text = "x".repeat(65_534) + "漢🦙é" + "y".repeat(70_000);
    assertThat(read(reader(text.getBytes(StandardCharsets.UTF_8)))).isEqualTo(text);
  }

  @Test
  void aSourceThatGivesSingleBytesIsReadWhole() {
    byte[] bytes = "\uFEFFaé漢🦙".getBytes(StandardCharsets.UTF_8);
    InputStream slow =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] target, int offset, int length) {
            return super.read(target, offset, Math.min(length, 1));
          }
        };
    assertThat(read(new Utf8Reader(slow, "a.txt", 100))).isEqualTo("aé漢🦙");
  }

  @Test
  void theOffsetOfABadByteCountsFromTheStartOfTheFile() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("\uFEFF".getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes("é".repeat(50_000).getBytes(StandardCharsets.UTF_8));
    bytes.write(0xC3);
    bytes.write('x');
    assertThatThrownBy(() -> read(reader(bytes.toByteArray())))
        .isInstanceOf(TableException.class)
        .hasMessage("a.txt: byte 100003 is not UTF-8");
  }

  @Test
  void aCharacterCutOffAtTheEndIsAnError() {
    assertThatThrownBy(() -> read(reader(new byte[] {'a', (byte) 0xE6, (byte) 0xBC})))
        .isInstanceOf(TableException.class)
        .hasMessage("a.txt: byte 1 is not UTF-8");
  }
}
