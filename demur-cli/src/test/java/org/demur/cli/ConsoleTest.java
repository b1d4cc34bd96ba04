package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ConsoleTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void resultsAndNotesGoToTheirOwnStreamsInUtf8() {
    Console console = console(new byte[0]);

    console.line("Grüße 🌍");
    console.note("nebenbei");

    assertThat(out.toByteArray()).isEqualTo("Grüße 🌍\n".getBytes(StandardCharsets.UTF_8));
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("nebenbei\n");
  }

  @Test
  void aDocumentIsOneLine() {
    console(new byte[0]).json(Map.of("text", "two\nlines"));

    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"text\":\"two\\nlines\"}\n");
  }

  @Test
  void inputThatIsNoUtf8IsRefused() {
    Console console = console(new byte[] {'a', (byte) 0xff});

    assertThatThrownBy(console::readAll)
        .isInstanceOf(CliException.class)
        .hasMessage("standard input is not valid UTF-8");
  }

  private Console console(byte[] input) {
    return new Console(new ByteArrayInputStream(input), out, err);
  }
}
