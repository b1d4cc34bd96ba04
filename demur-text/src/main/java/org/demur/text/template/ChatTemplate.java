package org.demur.text.template;

import java.util.Map;
import org.demur.core.ErrorCode;
import org.demur.text.jinja.Bounds;
import org.demur.text.jinja.JinjaException;
import org.demur.text.jinja.Program;
import org.jspecify.annotations.Nullable;

/// A parsed chat template; immutable, so one instance may render in many threads at once.
///
/// **Source:** behaves like jinja2 3.1.6 as Hugging Face transformers sets it up. Left out, each
/// with a clear error: loading other templates (`include`, `import`, `extends`), the tag
/// `autoescape`, the filters `random` and `urlize`, `lipsum`, bytes and complex numbers.
public final class ChatTemplate {
  private final String source;
  private final String fileName;
  private final Program program;

  private ChatTemplate(String source, String fileName, Program program) {
    this.source = source;
    this.fileName = fileName;
    this.program = program;
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
    try {
      return new ChatTemplate(source, fileName, Program.parse(source));
    } catch (JinjaException failure) {
      throw translated(failure, fileName);
    }
  }

  /// Renders the template.
  ///
  /// @param variables JSON-like values: maps with string keys (their order is kept), lists,
  ///   strings, integers, floating-point numbers, booleans and null
  /// @throws TemplateException when the template fails, calls `raise_exception` or exceeds a limit
  public String render(Map<String, ? extends @Nullable Object> variables, RenderOptions options) {
    RenderLimits limits = options.limits();
    Bounds bounds =
        new Bounds(
            limits.maxSteps(),
            limits.maxOutputChars(),
            limits.maxNesting(),
            limits.maxAllocatedChars());
    try {
      return program.render(variables, options.now(), bounds);
    } catch (JinjaException failure) {
      throw translated(failure, fileName);
    }
  }

  /// The source as it was parsed.
  public String source() {
    return source;
  }

  private static TemplateException translated(JinjaException failure, String fileName) {
    String reason = String.valueOf(failure.getMessage());
    String message = reason;
    if (failure.code() != ErrorCode.TEMPLATE_RAISED) {
      String place = failure.line() > 0 ? fileName + ", line " + failure.line() : fileName;
      message = "%s: %s (%s)".formatted(place, reason, failure.kind().typeName());
    }
    return new TemplateException(
        failure.code(), failure.kind().typeName(), failure.line(), message);
  }
}
