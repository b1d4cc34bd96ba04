package org.demur.tensor.safetensors;

import static org.demur.tensor.file.FileFormatException.quoted;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.demur.tensor.file.FileFormatException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/// Reads JSON from an untrusted file token by token: strict UTF-8, no duplicate fields, bounded
/// nesting, and errors that name the file and the byte.
final class StrictJson implements AutoCloseable {
  private static final int MAX_NESTING = 16;
  private static final int MAX_DOCUMENT_BYTES = 100_000_000;
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxStringLength(MAX_DOCUMENT_BYTES)
                  .maxNumberLength(100)
                  .build())
          .build();

  private final Path file;
  private final long base;
  private final JsonParser parser;

  private StrictJson(Path file, long base, JsonParser parser) {
    this.file = file;
    this.base = base;
    this.parser = parser;
  }

  /// Starts to read a document that lies `base` bytes after the start of `file`.
  static StrictJson parse(Path file, long base, byte[] document) {
    checkUtf8(file, base, document);
    return new StrictJson(file, base, FACTORY.createParser(ObjectReadContext.empty(), document));
  }

  private static void checkUtf8(Path file, long base, byte[] document) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(document);
    CharBuffer out = CharBuffer.allocate(8192);
    CoderResult result = CoderResult.OVERFLOW;
    while (result.isOverflow()) {
      result = decoder.decode(in, out.clear(), true);
    }
    if (result.isError()) {
      throw new FileFormatException(file, base + in.position(), "the JSON text is not valid UTF-8");
    }
  }

  /// Reads an object: calls `field` with each field's name, after which it must read the value.
  void object(String what, FieldReader field) {
    expect(next(), JsonToken.START_OBJECT, what + " must be an object");
    Set<String> seen = new HashSet<>();
    for (String name = nextName(); name != null; name = nextName()) {
      if (!seen.add(name)) {
        throw problem(what + " has the field " + quoted(name) + " twice");
      }
      field.read(name);
    }
  }

  /// Reads an array: calls `element` before each element with the number of those before it.
  void array(String what, ElementReader element) {
    expect(next(), JsonToken.START_ARRAY, what + " must be an array");
    int index = 0;
    while (next() != JsonToken.END_ARRAY) {
      element.read(index++);
    }
  }

  /// Reads a string value.
  String string(String what) {
    expect(next(), JsonToken.VALUE_STRING, what + " must be a string");
    return guarded(parser::getString);
  }

  /// The current token, inside [#array], as a whole number of at least 0 that fits into 63 bits.
  long count(String what) {
    expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, what + " must be a whole number");
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw problem(what + " is too large: it does not fit into 63 bits");
    }
    long value = guarded(parser::getLongValue);
    if (value < 0) {
      throw problem(what + " is " + value + ", but must not be negative");
    }
    return value;
  }

  /// Skips a value of any kind, whose nesting is bounded.
  void skip() {
    next();
    guarded(parser::skipChildren);
  }

  /// Checks that nothing but white space follows.
  void end() {
    if (guarded(parser::nextToken) != null) {
      throw problem("the JSON document is followed by more text");
    }
  }

  /// An error at the current place.
  FileFormatException problem(String text) {
    return new FileFormatException(
        file, base + Math.max(0, parser.currentTokenLocation().getByteOffset()), text);
  }

  @Override
  public void close() {
    parser.close();
  }

  private @Nullable String nextName() {
    JsonToken token = next();
    return token == JsonToken.END_OBJECT ? null : guarded(parser::currentName);
  }

  private JsonToken next() {
    @Nullable JsonToken token = guarded(parser::nextToken);
    if (token == null) {
      throw problem("the JSON text ends too early");
    }
    return token;
  }

  private void expect(@Nullable JsonToken found, JsonToken expected, String message) {
    if (found != expected) {
      throw problem(message + ", but is " + describe(found));
    }
  }

  private static String describe(@Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT -> "a whole number";
      case VALUE_NUMBER_FLOAT -> "a number with a fraction";
      case VALUE_TRUE, VALUE_FALSE -> "a truth value";
      case null, default -> "null";
    };
  }

  private <T extends @Nullable Object> T guarded(Supplier<T> read) {
    try {
      return read.get();
    } catch (JacksonException e) {
      long offset = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      String reason = e.getOriginalMessage().lines().findFirst().orElse("no reason given");
      throw new FileFormatException(file, base + offset, "the JSON is malformed: " + reason);
    }
  }

  /// Reads the value of one field.
  @FunctionalInterface
  interface FieldReader {
    /// Called when the field's name was read and its value comes next.
    void read(String name);
  }

  /// Reads one element of an array.
  @FunctionalInterface
  interface ElementReader {
    /// Called when the element's first token was read.
    void read(int index);
  }
}
