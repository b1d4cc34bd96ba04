package org.demur.data.table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Splits comma- or tab-separated text into records, and knows the line on which each begins.
///
/// A field in quotes may hold delimiters, line ends and doubled quotes. After its closing quote
/// only a delimiter or the end of the line may follow; quotes inside a field without are characters
/// like others. Blank lines are passed over.
///
/// **Source.** RFC 4180. It is written here because the line of a broken record has to be named,
/// which general readers do not do where quoted fields hold line ends.
final class DelimitedParser {
  private static final int END = -1;

  private final Utf8Reader in;
  private final String name;
  private final char delimiter;
  private final TableBounds bounds;
  private int line = 1;
  private int recordLine;
  private int previous;

  /// The character that ended the last field: the delimiter, a line end, or the end of the text.
  private int ended;

  DelimitedParser(Utf8Reader in, String name, char delimiter, TableBounds bounds) {
    this.in = in;
    this.name = name;
    this.delimiter = delimiter;
    this.bounds = bounds;
  }

  /// The next record, or nothing at the end.
  Optional<List<String>> next() {
    int first = read();
    while (isLineEnd(first)) {
      first = read();
    }
    if (first == END) {
      return Optional.empty();
    }
    recordLine = line;
    List<String> fields = new ArrayList<>();
    fields.add(field(first));
    while (ended == delimiter) {
      if (fields.size() >= bounds.maxColumns()) {
        throw TableException.format(
            place(), "more than the %d fields that are accepted".formatted(bounds.maxColumns()));
      }
      fields.add(field(read()));
    }
    return Optional.of(fields);
  }

  /// Where the last record begins.
  String place() {
    return name + ", line " + recordLine;
  }

  private String field(int first) {
    return first == '"' ? quoted() : plain(first);
  }

  private String plain(int first) {
    StringBuilder field = new StringBuilder();
    int read = first;
    while (read != END && read != delimiter && !isLineEnd(read)) {
      append(field, read);
      read = read();
    }
    ended = read;
    return field.toString();
  }

  private String quoted() {
    int opened = line;
    StringBuilder field = new StringBuilder();
    while (true) {
      int read = read();
      if (read == END) {
        throw TableException.format(
            name + ", line " + opened, "a quote is opened and never closed");
      }
      if (read == '"') {
        read = read();
        if (read != '"') {
          ended = read;
          checkEnded();
          return field.toString();
        }
      }
      append(field, read);
    }
  }

  private void checkEnded() {
    if (ended != END && ended != delimiter && !isLineEnd(ended)) {
      throw TableException.format(
          name + ", line " + line,
          "text follows a closing quote; a quote inside a quoted field is written twice");
    }
  }

  private void append(StringBuilder field, int read) {
    if (field.length() >= bounds.maxFieldChars()) {
      throw TableException.format(
          place(),
          "a field is longer than the %d characters that are accepted"
              .formatted(bounds.maxFieldChars()));
    }
    field.append((char) read);
  }

  private static boolean isLineEnd(int read) {
    return read == '\n' || read == '\r';
  }

  /// Reads a character and counts lines; CR LF is one line end.
  private int read() {
    int read = in.read();
    if (read == '\r' || (read == '\n' && previous != '\r')) {
      line++;
    }
    previous = read;
    return read;
  }
}
