package org.demur.data.table;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;

/// The formats of files of rows.
public enum TableFormat {
  /// A JSON object (or string) on each line.
  JSON_LINES(".jsonl .ndjson"),
  /// One JSON array of objects (or strings).
  JSON_ARRAY(".json"),
  /// Comma-separated values after RFC 4180, with a header.
  CSV(".csv"),
  /// The same with tabs.
  TSV(".tsv"),
  /// Apache Parquet.
  PARQUET(".parquet"),
  /// A text on each line.
  TEXT(".txt");

  private static final int SNIFFED_BYTES = 4096;
  private static final byte[] PARQUET_MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  /// Endings of names, with blanks between.
  private final String endings;

  TableFormat(String endings) {
    this.endings = endings;
  }

  private Stream<String> endings() {
    return Arrays.stream(endings.split(" "));
  }

  /// The accepted endings of names, for errors: `.jsonl, .ndjson, .json, …`.
  public static String acceptedEndings() {
    return Arrays.stream(values()).flatMap(TableFormat::endings).collect(Collectors.joining(", "));
  }

  /// The format that a file's name tells, if it tells one.
  public static Optional<TableFormat> ofName(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(format -> format.endings().anyMatch(name::endsWith))
        .findFirst();
  }

  /// The format of a file: by its name, and for JSON and unknown names by how it starts.
  ///
  /// @throws TableException when neither tells it
  static TableFormat of(Path file) throws IOException {
    Optional<TableFormat> named = ofName(file);
    if (named.isPresent() && !named.get().isJson()) {
      return named.get();
    }
    byte[] start = start(file);
    if (startsWith(start, PARQUET_MAGIC)) {
      return PARQUET;
    }
    char first = firstCharacter(start);
    if (first == '[') {
      return JSON_ARRAY;
    }
    if (named.isPresent() || first == '{') {
      return JSON_LINES;
    }
    throw new TableException(
        ErrorCode.FILE_FORMAT,
        "%s: its name does not tell its format; accepted endings are %s"
            .formatted(file, acceptedEndings()));
  }

  private boolean isJson() {
    return this == JSON_LINES || this == JSON_ARRAY;
  }

  private static byte[] start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(SNIFFED_BYTES);
    }
  }

  private static boolean startsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }

  /// The first character that is not white space; a blank where there is none.
  private static char firstCharacter(byte[] start) {
    String text = new String(start, StandardCharsets.UTF_8).replace("\uFEFF", "").strip();
    return text.isEmpty() ? ' ' : text.charAt(0);
  }
}
