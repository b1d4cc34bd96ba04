package org.demur.text.template;

import java.util.Map;
import org.demur.core.ErrorCode;

/// A parsed chat template; immutable, so one instance may render in many threads at once.
public final class ChatTemplate {
  private final String source;
  private final String fileName;

  private ChatTemplate(String source, String fileName) {
    this.source = source;
    this.fileName = fileName;
  }

  /// Parses a template whose origin has no name; errors call it `chat template`.
  public static ChatTemplate parse(String source) {
    return parse(source, "chat template");
  }

  /// Parses a template.
  ///
  /// @param fileName what errors call the template
  /// @throws TemplateException when the source is malformed, with the line
  public static ChatTemplate parse(String source, String fileName) {
    return new ChatTemplate(source, fileName);
  }

  /// Renders the template.
  ///
  /// @param variables JSON-like values: maps with string keys (their order is kept), lists,
  ///   strings, integers, floating-point numbers, booleans and null
  /// @throws TemplateException when the template fails, calls `raise_exception` or exceeds a limit
  public String render(Map<String, Object> variables, RenderOptions options) {
    if (!source.contains("{")) {
      return source;
    }
    throw new TemplateException(
        ErrorCode.TEMPLATE, "NotImplementedError", 0, fileName + " cannot be rendered yet");
  }

  /// The source as it was parsed.
  public String source() {
    return source;
  }
}
