package org.demur.data.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetRowsTest {
  private static final List<Column> COLUMNS =
      List.of(
          Column.text("the \"id\""),
          Column.integer("tokens"),
          Column.number("score").optional(),
          Column.flag("refused").optional());

  @TempDir private Path folder;

  private static List<Map<String, Object>> rows() {
    return List.of(
        Map.of("the \"id\"", "a; DROP TABLE x", "tokens", 7L, "score", 0.1, "refused", true),
        Map.of("the \"id\"", "漢 🦙\n", "tokens", Long.MIN_VALUE),
        Map.of("the \"id\"", "", "tokens", 0L, "score", Double.NaN, "refused", false));
  }

  @Test
  void rowsComeBackAsTheyWere() {
    Path file = folder.resolve("deep").resolve("it's [a] *.parquet");
    ParquetRows.write(file, COLUMNS, rows());
    ParquetRows read = ParquetRows.read(file);
    assertThat(read.columns()).isEqualTo(COLUMNS);
    assertThat(read.rows()).isEqualTo(rows());
    assertThat(read.rows().getFirst().keySet())
        .containsExactly("the \"id\"", "tokens", "score", "refused");
  }

  @Test
  void theSameRowsGiveTheSameBytesAndNoOtherFileStays() throws IOException {
    Path file = folder.resolve("results.parquet");
    List<Map<String, Object>> many = new ArrayList<>();
    for (long i = 0; i < 5_000; i++) {
      many.add(Map.of("the \"id\"", "row " + i, "tokens", i, "score", Math.sqrt((double) i)));
    }
    ParquetRows.write(file, COLUMNS, many);
    byte[] first = Files.readAllBytes(file);
    ParquetRows.write(file, COLUMNS, many);
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
    assertThat(ParquetRows.read(file).rows()).isEqualTo(many);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void noRowsAreAFileToo() {
    Path file = folder.resolve("none.parquet");
    ParquetRows.write(file, List.of(Column.text("id")), List.of());
    assertThat(ParquetRows.read(file).rows()).isEmpty();
    assertThat(ParquetRows.read(file).columns()).containsExactly(Column.text("id"));
  }

  @Test
  void rowsThatDoNotFitAreRefusedAndNothingIsWritten() {
    Path file = folder.resolve("never.parquet");
    List<Column> columns = List.of(Column.text("id"), Column.number("score"));
    refused(
        file, columns, Map.of("id", "a"), "row 0, column \"score\": expected Double, found null");
    refused(file, columns, Map.of("id", "a", "score", 1L), "expected Double, found Long");
    refused(
        file,
        columns,
        Map.of("id", "a", "score", 1.0, "scores", 1.0),
        "row 0 has \"scores\", which is no column; did you mean \"score\"?");
    refused(
        file, List.of(Column.text("a"), Column.text("A")), Map.of(), "two columns are named \"A\"");
    refused(file, List.of(), Map.of(), "at least one column");
    assertThat(file).doesNotExist();
  }

  private static void refused(
      Path file, List<Column> columns, Map<String, Object> row, String message) {
    assertThatThrownBy(() -> ParquetRows.write(file, columns, List.of(row)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aPlaceThatTakesNoFilesIsOneSentence() throws IOException {
    Path plain = Files.writeString(folder.resolve("plain"), "x");
    assertThatThrownBy(() -> ParquetRows.write(plain.resolve("a.parquet"), COLUMNS, rows()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot write " + plain.resolve("a.parquet"));
    Path taken = folder.resolve("b.parquet");
    Files.createDirectories(taken.resolve("x"));
    assertThatThrownBy(() -> ParquetRows.write(taken, COLUMNS, rows()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot write " + taken);
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    Path file = folder.resolve("a.parquet");
    ParquetRows.write(file, COLUMNS, rows());
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> ParquetRows.read(file))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is not a Parquet file that can be read");
    assertThatThrownBy(() -> ParquetRows.read(folder.resolve("none.parquet")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("there is no file");
  }

  @Test
  void filesOfOthersAreReadAsText() throws SQLException {
    Path file = folder.resolve("other.parquet");
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        PreparedStatement copy =
            connection.prepareStatement(
                "COPY (SELECT 'x' AS prompt, 7::TINYINT AS small, 2.5::DECIMAL(4, 2) AS price,"
                    + " [1, 2] AS list, NULL::VARCHAR AS gone, true AS flag) TO ? (FORMAT parquet)")) {
      copy.setString(1, file.toString());
      copy.execute();
    }
    try (ParquetTable table = ParquetTable.open(file)) {
      assertThat(table.rowCount()).isEqualTo(1);
      assertThat(table.columns())
          .extracting(ParquetTable.SourceColumn::kind)
          .containsExactly(
              ParquetTable.SourceKind.TEXT,
              ParquetTable.SourceKind.NUMBER,
              ParquetTable.SourceKind.NUMBER,
              ParquetTable.SourceKind.OTHER,
              ParquetTable.SourceKind.TEXT,
              ParquetTable.SourceKind.BOOLEAN);
      List<List<Optional<String>>> rows = new ArrayList<>();
      table.forEachText(rows::add);
      assertThat(rows)
          .containsExactly(
              List.of(
                  Optional.of("x"),
                  Optional.of("7"),
                  Optional.of("2.50"),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.of("true")));
    }
    assertThatThrownBy(() -> ParquetRows.read(file))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("column \"price\" has type DECIMAL");
  }

  @Test
  void aDatabaseReachesItsOneFileOnly() throws SQLException, IOException {
    Path secret = Files.writeString(folder.resolve("secret.csv"), "a\n1\n");
    try (Connection connection = DuckDb.open(folder.resolve("a.parquet"))) {
      for (String statement :
          List.of(
              "SELECT * FROM read_csv('" + secret + "')",
              "COPY (SELECT 1) TO '" + folder.resolve("b.parquet") + "'",
              "SET enable_external_access = true",
              "INSTALL httpfs",
              "LOAD httpfs")) {
        assertThatThrownBy(
                () -> {
                  try (PreparedStatement prepared = connection.prepareStatement(statement)) {
                    prepared.execute();
                  }
                })
            .as(statement)
            .isInstanceOf(SQLException.class);
      }
    }
  }
}
