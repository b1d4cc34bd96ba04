package org.demur.text.template;

import org.demur.core.DemurException;
import org.demur.core.ErrorCode;

/// A chat template that cannot be parsed, that fails or protests while it renders, or that exceeds
/// its limits.
///
/// The code is `TEMPLATE`, `TEMPLATE_LIMIT`, or `TEMPLATE_RAISED` when the template itself called
/// `raise_exception`: then the message is exactly the template's.
public final class TemplateException extends DemurException {
  private final String kind;
  private final int line;

  /// Makes an error.
  ///
  /// @param kind see [#kind()]
  /// @param line see [#line()]
  public TemplateException(ErrorCode code, String kind, int line, String message) {
    super(code, message);
    this.kind = kind;
    this.line = line;
  }

  /// The name that the reference implementation (jinja2 under Python) gives to this error, such as
  /// `TemplateSyntaxError`, `UndefinedError` or `TypeError`.
  public String kind() {
    return kind;
  }

  /// The line of the template where it happened, from 1; 0 when no line is to blame.
  public int line() {
    return line;
  }
}
