package org.demur.attacks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.demur.core.ErrorCode;

/// The texts of [TemplateAttack], from a file of our own.
///
/// A line is a name, a bar and a text in which `{request}` stands for the request and `{line}` for
/// a new line; lines that begin with `#` are comments.
final class WrapperTemplates {
  private static final String RESOURCE = "templates.txt";
  private static final String REQUEST = "{request}";
  private static final String LINE = "{line}";

  private WrapperTemplates() {}

  /// Texts by name, in the order of the file.
  static SequencedMap<String, String> load() {
    try (InputStream in = WrapperTemplates.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new AttackException(
            ErrorCode.IO, "the file " + RESOURCE + " is missing from this build");
      }
      return parse(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads the lines of a file.
  ///
  /// @throws AttackException with `FILE_FORMAT` for a line without a name or without the place of
  ///   the request
  static SequencedMap<String, String> parse(String file) {
    SequencedMap<String, String> texts = new LinkedHashMap<>();
    for (String line : file.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int bar = line.indexOf('|');
      String name = line.substring(0, Math.max(0, bar)).strip();
      String text = line.substring(bar + 1).strip();
      if (name.isEmpty() || !text.contains(REQUEST)) {
        throw new AttackException(
            ErrorCode.FILE_FORMAT,
            "template \"%s\" needs a name, a bar and a text with %s".formatted(name, REQUEST));
      }
      texts.put(name, text.replace(LINE, "\n"));
    }
    return texts;
  }

  /// A request inside of a text.
  static String fill(String template, String request) {
    return template.replace(REQUEST, request);
  }
}
