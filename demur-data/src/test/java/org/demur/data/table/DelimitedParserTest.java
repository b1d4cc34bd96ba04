package org.demur.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DelimitedParserTest {
  private static DelimitedParser parser(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Utf8Reader in = new Utf8Reader(new ByteArrayInputStream(bytes), "a.csv", 1_000_000);
    return new DelimitedParser(in, "a.csv", ',', TableBounds.DEFAULTS);
  }

  /// Each record behind the place where it begins.
  private static List<String> records(String text) {
    DelimitedParser parser = parser(text);
    List<String> records = new ArrayList<>();
    for (Optional<List<String>> next = parser.next(); next.isPresent(); next = parser.next()) {
      records.add(parser.place().replaceFirst(".* ", "") + next.get());
    }
    return records;
  }

  @Test
  void recordsAreSplitAsTheStandardSays() {
    assertThat(records("a,b\r\n\"x, y\",\"say \"\"hi\"\"\"\r\n"))
        .containsExactly("1[a, b]", "2[x, y, say \"hi\"]");
    assertThat(records("a,\n,b")).containsExactly("1[a, ]", "2[, b]");
    assertThat(records("in\"side,5\" wide")).containsExactly("1[in\"side, 5\" wide]");
    assertThat(records("\"\",\"\"\n")).containsExactly("1[, ]");
    assertThat(records("")).isEmpty();
  }

  @Test
  void linesAreCountedThroughQuotesAndBlankLines() {
    assertThat(records("a\n\"x\ny\r\nz\"\n\n\nb\rc\r\nd"))
        .containsExactly("1[a]", "2[x\ny\r\nz]", "7[b]", "8[c]", "9[d]");
  }

  @Test
  void brokenQuotesNameTheirLine() {
    assertThatThrownBy(() -> records("a,b\n1,\"x\n2,y\n3,z\n"))
        .isInstanceOf(TableException.class)
        .hasMessage("a.csv, line 2: a quote is opened and never closed");
    assertThatThrownBy(() -> records("a,b\n1,\"x\ny\"z\n"))
        .isInstanceOf(TableException.class)
        .hasMessageContaining("a.csv, line 3: text follows a closing quote");
  }

  @Test
  void rowsNeedAsManyFieldsAsTheHeader() {
    assertThatThrownBy(() -> DelimitedRows.read(parser("a,b\n1,2\n\"x\ny\",3,4\n"), row -> true))
        .isInstanceOf(TableException.class)
        .hasMessage("a.csv, line 3: has 3 fields, but the header names 2 columns");
    assertThatThrownBy(() -> DelimitedRows.read(parser("a,b,a\n1,2,3\n"), row -> true))
        .isInstanceOf(TableException.class)
        .hasMessage("a.csv, line 1: columns 1 and 3 of the header have the same name");
  }
}
