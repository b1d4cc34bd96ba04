package org.demur.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Table table = new Table("name", "size");
    table.row("a", "1");
    table.row("longer", "22");

    table.print(
        new Console(new ByteArrayInputStream(new byte[0]), out, OutputStream.nullOutputStream()));

    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("NAME    SIZE\na       1\nlonger  22\n");
  }

  @Test
  void aRowOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> new Table("one", "two").row("only"))
        .hasMessage("a row needs 2 cells, got 1");
  }
}
