package org.demur.text.json;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/// Reads a JSON document from front to back, so that large parts need not be kept.
///
/// Of equal names in an object the last one counts, as in most readers.
///
/// **Errors.** [JsonFormatException] for everything that is wrong with the document.
public final class StreamingJson implements AutoCloseable {
  private static final int MAX_NUMBER_CHARS = 400;

  private final JsonParser parser;
  private final String name;

  private StreamingJson(byte[] utf8, String name, JsonLimits limits) {
    this.name = name;
    if (utf8.length > limits.maxBytes()) {
      throw tooLarge(name, utf8.length, limits);
    }
    StreamReadConstraints constraints =
        StreamReadConstraints.builder()
            .maxNestingDepth(limits.maxDepth())
            .maxTokenCount(limits.maxValues())
            .maxStringLength(Integer.MAX_VALUE)
            .maxNameLength(Integer.MAX_VALUE)
            .maxNumberLength(MAX_NUMBER_CHARS)
            .build();
    this.parser =
        JsonFactory.builder()
            .streamReadConstraints(constraints)
            .build()
            .createParser(ObjectReadContext.empty(), utf8);
    next();
  }

  /// Starts to read a file, at its first value.
  ///
  /// @throws DemurException with [ErrorCode#IO] or [ErrorCode#NOT_FOUND] when it cannot be read
  public static StreamingJson open(Path file, JsonLimits limits) {
    try {
      long bytes = Files.size(file);
      if (bytes > limits.maxBytes()) {
        throw tooLarge(file.toString(), bytes, limits);
      }
      return new StreamingJson(Files.readAllBytes(file), file.toString(), limits);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new DemurException(ErrorCode.NOT_FOUND, "there is no file " + file, e);
    } catch (IOException e) {
      throw new DemurException(ErrorCode.IO, "cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /// The one value that a file holds.
  public static @Nullable Object read(Path file, JsonLimits limits) {
    try (StreamingJson json = open(file, limits)) {
      return json.only();
    }
  }

  /// The one value that a text holds.
  ///
  /// @param name what errors call the document
  public static @Nullable Object parse(String text, String name, JsonLimits limits) {
    try (StreamingJson json =
        new StreamingJson(text.getBytes(StandardCharsets.UTF_8), name, limits)) {
      return json.only();
    }
  }

  private @Nullable Object only() {
    Object value = value();
    end();
    return value;
  }

  /// Checks that nothing follows.
  public void end() {
    if (parser.currentToken() != null) {
      throw wrong("nothing after the end of the document");
    }
  }

  /// Reads an object: calls `field` with each name; it has to read or [skip][#skip] the value.
  public void object(Consumer<String> field) {
    expect(JsonToken.START_OBJECT, "an object");
    while (parser.currentToken() != JsonToken.END_OBJECT) {
      String fieldName = guarded(parser::currentName);
      next();
      field.accept(fieldName == null ? "" : fieldName);
    }
    next();
  }

  /// Reads an array: calls `element` at each element; it has to read or [skip][#skip] it.
  public void array(Runnable element) {
    expect(JsonToken.START_ARRAY, "an array");
    while (parser.currentToken() != JsonToken.END_ARRAY) {
      element.run();
    }
    next();
  }

  /// Whether the next value is an object.
  public boolean atObject() {
    return parser.currentToken() == JsonToken.START_OBJECT;
  }

  /// Whether the next value is an array.
  public boolean atArray() {
    return parser.currentToken() == JsonToken.START_ARRAY;
  }

  /// Whether the next value is a string.
  public boolean atText() {
    return parser.currentToken() == JsonToken.VALUE_STRING;
  }

  /// Reads a string.
  public String text() {
    if (!atText()) {
      throw wrong("a string");
    }
    return advance(guarded(parser::getString));
  }

  /// Reads a whole number.
  public long integer() {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
        || guarded(parser::getNumberType) == JsonParser.NumberType.BIG_INTEGER) {
      throw wrong("a whole number");
    }
    return advance(guarded(parser::getLongValue));
  }

  /// Reads a number.
  public double number() {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
        && parser.currentToken() != JsonToken.VALUE_NUMBER_FLOAT) {
      throw wrong("a number");
    }
    return advance(guarded(parser::getDoubleValue));
  }

  /// Passes over a value.
  public void skip() {
    guarded(parser::skipChildren);
    next();
  }

  /// Reads a value of any kind.
  public @Nullable Object value() {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw wrong("a value");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        object(field -> putNullable(map, field, value()));
        yield map;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        array(() -> addNullable(list, value()));
        yield list;
      }
      case VALUE_STRING -> text();
      case VALUE_NUMBER_INT ->
          guarded(parser::getNumberType) == JsonParser.NumberType.BIG_INTEGER
              ? advance(guarded(parser::getBigIntegerValue))
              : (Object) integer();
      case VALUE_NUMBER_FLOAT -> number();
      case VALUE_TRUE -> advance(true);
      case VALUE_FALSE -> advance(false);
      case VALUE_NULL -> {
        next();
        yield null;
      }
      default -> throw wrong("a value");
    };
  }

  /// The error that the next value is not what was expected.
  public JsonFormatException wrong(String expected) {
    TokenStreamLocation at = parser.currentTokenLocation();
    return new JsonFormatException(
        "%s, line %d, column %d: expected %s"
            .formatted(name, at.getLineNr(), at.getColumnNr(), expected),
        null);
  }

  @Override
  public void close() {
    parser.close();
  }

  private void expect(JsonToken token, String what) {
    if (parser.currentToken() != token) {
      throw wrong(what);
    }
    next();
  }

  private <T> T advance(T value) {
    next();
    return value;
  }

  private void next() {
    guarded(parser::nextToken);
  }

  /// Strings and numbers are read when they are asked for, so that these calls fail too.
  private <T extends @Nullable Object> T guarded(Supplier<T> read) {
    try {
      return read.get();
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      String place =
          at == null ? "" : ", line %d, column %d".formatted(at.getLineNr(), at.getColumnNr());
      // The reader's own message quotes the document, which may be a prompt.
      throw new JsonFormatException(name + place + ": not valid JSON, or nested too deeply", e);
    }
  }

  // Jackson's values may be null where a document says null; JSON-like collections keep that.
  @SuppressWarnings("NullAway")
  private static void putNullable(Map<String, Object> map, String field, @Nullable Object value) {
    map.put(field, value);
  }

  @SuppressWarnings("NullAway")
  private static void addNullable(List<Object> list, @Nullable Object value) {
    list.add(value);
  }

  private static JsonFormatException tooLarge(String name, long bytes, JsonLimits limits) {
    return new JsonFormatException(
        "%s has %d bytes; at most %d are accepted".formatted(name, bytes, limits.maxBytes()), null);
  }
}
