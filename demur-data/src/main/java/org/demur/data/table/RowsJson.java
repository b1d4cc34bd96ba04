package org.demur.data.table;

import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.demur.core.ErrorCode;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Rows in JSON: an object on each line, or an array of objects. A string in place of an object is
/// a row with the one column `text`.
///
/// Lists and objects inside a row are passed over. Of equal names in an object the last one counts.
final class RowsJson {
  private static final String COLUMN = "text";
  private static final int MAX_DEPTH = 100;
  private static final int MAX_NUMBER_CHARS = 400;

  private final String name;
  private final TableBounds bounds;
  private final JsonFactory factory;

  RowsJson(String name, TableBounds bounds) {
    this.name = name;
    this.bounds = bounds;
    this.factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(bounds.maxFieldChars())
                    .maxNumberLength(MAX_NUMBER_CHARS)
                    .build())
            .build();
  }

  /// Reads a value on each line that is not blank.
  void readLines(Utf8Reader in, RowVisitor visitor) {
    TextLines lines = new TextLines(in, name, bounds.maxFieldChars());
    Optional<String> line = lines.nextFilled();
    while (line.isPresent() && visitor.visit(row(line.get(), lines.place()))) {
      line = lines.nextFilled();
    }
  }

  private Row row(String line, String place) {
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), line)) {
      parser.nextToken();
      Row row = new Row(place, cells(parser, place));
      if (parser.nextToken() != null) {
        throw wrong(place, "something follows the object on the same line");
      }
      return row;
    } catch (JacksonException e) {
      throw invalid(place, column(e), e);
    }
  }

  /// Reads one array.
  void readArray(Reader in, RowVisitor visitor) {
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), in)) {
      parser.nextToken();
      boolean wanted = true;
      while (wanted && parser.nextToken() != JsonToken.END_ARRAY) {
        String place = name + ", line " + parser.currentTokenLocation().getLineNr();
        wanted = visitor.visit(new Row(place, cells(parser, place)));
      }
      if (wanted && parser.nextToken() != null) {
        throw wrong(name, "something follows the array");
      }
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      String place = at == null ? name : name + ", line " + at.getLineNr();
      throw invalid(place, column(e), e);
    }
  }

  /// The values of the object at which the parser is.
  private Map<String, Cell> cells(JsonParser parser, String place) {
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return Map.of(COLUMN, Cell.text(parser.getString()));
    }
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw wrong(place, "must be an object such as {\"prompt\": \"…\"}");
    }
    Map<String, Cell> cells = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      cells.put(field, cell(parser, place));
      if (cells.size() > bounds.maxColumns()) {
        throw wrong(
            place, "more than the %d fields that are accepted".formatted(bounds.maxColumns()));
      }
    }
    return cells;
  }

  private static Cell cell(JsonParser parser, String place) {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw wrong(place, "ends inside an object");
    }
    return switch (token) {
      case VALUE_STRING -> Cell.text(parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Cell(Cell.Kind.NUMBER, parser.getString());
      case VALUE_TRUE, VALUE_FALSE -> new Cell(Cell.Kind.BOOLEAN, parser.getString());
      case VALUE_NULL -> Cell.NULL;
      default -> {
        parser.skipChildren();
        yield Cell.NESTED;
      }
    };
  }

  private static TableException wrong(String place, String what) {
    return new TableException(ErrorCode.JSON_FORMAT, place + ": " + what);
  }

  /// The parser's own message quotes the file, which holds prompts, and is not shown.
  private static TableException invalid(String place, String column, JacksonException cause) {
    return new TableException(
        ErrorCode.JSON_FORMAT,
        place + column + ": not valid JSON, or nested or longer than accepted",
        cause);
  }

  private static String column(JacksonException failure) {
    TokenStreamLocation at = failure.getLocation();
    return at == null || at.getColumnNr() < 1 ? "" : ", column " + at.getColumnNr();
  }
}
