package org.demur.text.jinja;

import org.demur.core.DemurException;

/// An error of a template: malformed source, a failing expression, a protest, an exceeded bound.
///
/// The message says only what is wrong; whoever knows the file adds the place.
public final class JinjaException extends DemurException {
  private final ErrorKind kind;
  private final int line;

  JinjaException(ErrorKind kind, String message, int line) {
    super(kind.code(), message);
    this.kind = kind;
    this.line = line;
  }

  JinjaException(ErrorKind kind, String message) {
    this(kind, message, 0);
  }

  static JinjaException type(String message) {
    return new JinjaException(ErrorKind.TYPE, message);
  }

  static JinjaException value(String message) {
    return new JinjaException(ErrorKind.VALUE, message);
  }

  static JinjaException limit(String message) {
    return new JinjaException(ErrorKind.LIMIT, message);
  }

  static JinjaException recursion(String message) {
    return new JinjaException(ErrorKind.RECURSION, message);
  }

  /// The same error with a line, unless it has one already.
  JinjaException at(int otherLine) {
    return line > 0 ? this : new JinjaException(kind, String.valueOf(getMessage()), otherLine);
  }

  /// What kind of error it is.
  public ErrorKind kind() {
    return kind;
  }

  /// The line of the template, from 1; 0 when unknown.
  public int line() {
    return line;
  }
}
