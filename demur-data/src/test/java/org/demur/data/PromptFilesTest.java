package org.demur.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.demur.data.store.Column;
import org.demur.data.store.ParquetRows;
import org.demur.data.table.TableBounds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptFilesTest {
  private static final ReadOptions ANY = ReadOptions.defaults();

  @TempDir private Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static List<String> texts(Path file, ReadOptions options) {
    return PromptFiles.read(file, options).stream().map(PromptText::text).toList();
  }

  @Test
  void everyFormatGivesTheSamePrompts() throws IOException {
    Path parquet = folder.resolve("p.parquet");
    ParquetRows.write(
        parquet,
        List.of(Column.integer("n"), Column.text("prompt")),
        List.of(Map.of("n", 1L, "prompt", "one, two"), Map.of("n", 2L, "prompt", "three")));
    List<Path> files =
        List.of(
            file("a.jsonl", "{\"prompt\":\"one, two\"}\n\n{\"prompt\":\"three\",\"x\":[1,{}]}"),
            file("b.json", " [{\"prompt\":\"one, two\"},\n {\"prompt\":\"three\"}]\n"),
            file("c.json", "[\"one, two\", \"three\"]"),
            file("d.csv", "n,prompt\n1,\"one, two\"\n2,three\n"),
            file("e.tsv", "n\tprompt\n1\tone, two\n2\tthree"),
            file("f.txt", "one, two\n\nthree\n"),
            parquet,
            Files.copy(parquet, folder.resolve("parquet-without-ending")),
            file("jsonl-without-ending", "{\"prompt\":\"one, two\"}\n{\"prompt\":\"three\"}"));
    for (Path file : files) {
      assertThat(texts(file, ANY)).as(file.toString()).containsExactly("one, two", "three");
    }
  }

  @Test
  void byteOrderMarksAndCarriageReturnsAreNoPartOfAPrompt() throws IOException {
    assertThat(texts(file("a.csv", "\uFEFFprompt,b\r\nx,1\r\ny,2\r\n"), ANY))
        .containsExactly("x", "y");
    assertThat(texts(file("a.jsonl", "\uFEFF{\"text\":\"x\"}\r\n{\"text\":\"y\"}\r\n"), ANY))
        .containsExactly("x", "y");
    assertThat(texts(file("a.txt", "\uFEFFx\ry\r\n\r\nz"), ANY)).containsExactly("x", "y", "z");
  }

  @Test
  void theFieldCanBeNamedAndIsFoundInAnyCase() throws IOException {
    Path csv = file("a.csv", "ID,Request,Kind\nq7,first,x\nq9,second,y\n");
    List<PromptText> prompts = PromptFiles.read(csv, ANY.withCategoryField("kind"));
    assertThat(prompts)
        .containsExactly(
            new PromptText("q7", "first", Optional.of("x")),
            new PromptText("q9", "second", Optional.of("y")));
    assertThat(texts(csv, ANY.withField("kind"))).containsExactly("x", "y");
    assertThat(texts(csv, ANY.withLimit(1))).containsExactly("first");
  }

  @Test
  void idsThatRepeatAreReplacedByRowNumbers() throws IOException {
    Path csv = file("a.csv", "id,prompt\n5,first\n5,second\n");
    assertThat(PromptFiles.read(csv, ANY)).extracting(PromptText::id).containsExactly("1", "2");
  }

  @Test
  void aDatasetFolderIsReadInTheOrderOfItsFiles() throws IOException {
    Path data = Files.createDirectories(folder.resolve("set").resolve("data"));
    Files.writeString(folder.resolve("set").resolve("README.md"), "# set");
    Files.writeString(data.resolve("train-00001.jsonl"), "{\"prompt\":\"second\"}\n");
    Files.writeString(data.resolve("train-00000.jsonl"), "{\"Prompt\":\"first\"}\n");
    Files.writeString(data.resolve(".hidden.jsonl"), "broken");
    assertThat(texts(folder.resolve("set"), ANY)).containsExactly("first", "second");
    ParquetRows.write(
        data.resolve("a.parquet"),
        List.of(Column.text("text")),
        List.of(Map.of("text", "from Parquet")));
    assertThat(texts(folder.resolve("set"), ANY)).containsExactly("from Parquet");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    refused(empty, ANY, "holds no data file; a data set folder has .parquet");
  }

  @Test
  void anUnknownFieldIsAnsweredWithTheNearestAndAllOthers() throws IOException {
    Path csv = file("a.csv", "id,prompt,type\n1,x,y\n");
    refused(
        csv,
        ANY.withField("promt"),
        "a.csv, line 2: there is no field \"promt\"; did you mean \"prompt\"?; it has id, prompt, type");
    refused(
        file("b.csv", "id,query\n1,x\n"),
        ANY,
        "none of the usual fields of prompts (prompt, instruction,",
        "name one with --field; it has id, query");
  }

  @Test
  void brokenRowsNameTheirLine() throws IOException {
    String good = "{\"prompt\":\"x\"}\n";
    refused(
        file("a.jsonl", good + good + "{\"prompt\":\"secret\n"), ANY, "a.jsonl, line 3, column");
    refused(file("b.jsonl", good + "{\"other\":1}\n"), ANY, "line 2: there is no field \"prompt\"");
    refused(
        file("c.jsonl", good + "{\"prompt\":[\"x\"]}\n"),
        ANY,
        "line 2: field \"prompt\" holds a list, an object or bytes; expected a string");
    refused(file("d.jsonl", good + "{\"prompt\":null}\n"), ANY, "holds null; expected a string");
    refused(file("e.jsonl", good + "{\"prompt\":\" \"}\n"), ANY, "field \"prompt\" is empty");
    refused(file("f.jsonl", good + "7\n"), ANY, "line 2: must be an object");
    refused(file("g.jsonl", good + "{\"prompt\":\"x\"} {}\n"), ANY, "line 2: something follows");
    refused(file("h.jsonl", good + "{\"prompt\":\"a\\ud800b\"}\n"), ANY, "half a surrogate pair");
    refused(file("i.jsonl", good + "{\"prompt\":\"a\\u0000b\"}\n"), ANY, "U+0000");
    refused(file("j.json", "[{\"prompt\":\"x\"},\n{\"prompt\":\"secret\"\n"), ANY, "j.json, line ");
    refused(
        file("k.csv", "prompt,b\nx,1\n\"\",2\n"), ANY, "k.csv, line 3: field \"prompt\" is empty");
    refused(
        file("l.csv", "prompt,category\nx,1\ny,\n"),
        ANY.withCategoryField("category"),
        "line 3: field \"category\" is empty; every row needs a category");
  }

  @Test
  void emptyAndMissingFilesAreRefused() throws IOException {
    refused(file("a.jsonl", ""), ANY, "a.jsonl holds no prompts");
    refused(file("b.csv", ""), ANY, "b.csv holds no prompts");
    refused(file("c.csv", "prompt\n"), ANY, "c.csv holds no prompts");
    refused(file("d.json", "[]"), ANY, "d.json holds no prompts");
    refused(file("e.txt", "\n\n"), ANY, "e.txt holds no prompts");
    refused(file("f.xyz", "hello"), ANY, "f.xyz: its name does not tell its format", ".parquet");
    refused(file("g.parquet", "hello"), ANY, "g.parquet is not a Parquet file that can be read");
    assertThatThrownBy(() -> PromptFiles.read(folder.resolve("none.csv"), ANY))
        .isInstanceOfSatisfying(
            DemurException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
        .hasMessageContaining("there is no file");
  }

  @Test
  void bytesThatAreNoUtf8AreNamed() throws IOException {
    byte[] bytes = "prompt\ngr\u00fc\u00df\n".getBytes(StandardCharsets.ISO_8859_1);
    Path latin = Files.write(folder.resolve("latin.csv"), bytes);
    refused(latin, ANY, "latin.csv: byte 9 is not UTF-8");
    byte[] wide = "\uFEFFprompt\nx\n".getBytes(StandardCharsets.UTF_16LE);
    refused(Files.write(folder.resolve("wide.csv"), wide), ANY, "is UTF-16; save it as UTF-8");
  }

  @Test
  void everythingHasABound() throws IOException {
    TableBounds bounds = new TableBounds(200, 3, 50, 4);
    bounded(file("a.txt", "x\n".repeat(4)), bounds, "more than the 3 rows");
    bounded(file("b.txt", "x".repeat(51)), bounds, "b.txt, line 1: longer than the 50 characters");
    bounded(file("c.txt", "x\n".repeat(101)), bounds, "has 202 bytes; at most 200");
    bounded(file("d.txt", "x".repeat(21)), bounds, "\"text\" has 21 characters; at most 20");
    bounded(file("e.csv", "a,b,c,d,e\n"), bounds, "more than the 4 fields");
    bounded(
        file("f.csv", "prompt\n\"" + "x".repeat(51)), bounds, "f.csv, line 2: a field is longer");
    bounded(
        file("g.jsonl", "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5}"),
        bounds,
        "more than the 4 fields");
    Path parquet = folder.resolve("h.parquet");
    ParquetRows.write(parquet, List.of(Column.text("prompt")), List.of(row(), row(), row(), row()));
    TableBounds larger = new TableBounds(100_000, 3, 50, 4);
    bounded(parquet, larger, "h.parquet has more than the 3 rows");
  }

  private static Map<String, Object> row() {
    return Map.of("prompt", "x");
  }

  private static void bounded(Path file, TableBounds bounds, String message) {
    assertThatThrownBy(() -> PromptFiles.read(file, ANY, bounds, 20))
        .isInstanceOf(DemurException.class)
        .hasMessageContaining(message);
  }

  /// No message quotes a prompt.
  private static void refused(Path file, ReadOptions options, String... message) {
    assertThatThrownBy(() -> PromptFiles.read(file, options))
        .isInstanceOfSatisfying(
            DemurException.class, e -> assertThat(e.code().exitCode()).isEqualTo(3))
        .hasMessageContainingAll(message)
        .hasMessageNotContaining("secret");
  }
}
