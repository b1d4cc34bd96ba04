package org.demur.text.jinja;

import org.demur.core.ErrorCode;

/// The type that jinja2 or Python would give to an error.
public enum ErrorKind {
  /// An assertion of a filter about its arguments.
  ASSERTION("AssertionError"),
  /// An attribute that does not exist, asked for by code rather than by the template.
  ATTRIBUTE("AttributeError"),
  /// A filter got arguments that it does not take.
  FILTER_ARGUMENT("FilterArgumentError"),
  /// An index outside of a sequence.
  INDEX("IndexError"),
  /// A key that a mapping does not have.
  KEY("KeyError"),
  /// A bound of this interpreter was exceeded; there is no such error in jinja2.
  LIMIT("LimitError"),
  /// A number that is too large for the operation.
  OVERFLOW("OverflowError"),
  /// `raise_exception` was called by the template.
  RAISED("TemplateError"),
  /// The template nests more deeply than it may; jinja2 stops too, but at another depth.
  RECURSION("RecursionError"),
  /// A function of jinja2 was called in a way that it does not accept.
  RUNTIME("RuntimeError"),
  /// Access that the sandbox does not allow.
  SECURITY("SecurityError"),
  /// Valid Jinja that does not compile to valid Python.
  SYNTAX("SyntaxError"),
  /// The template names something that does not exist or assigns where it must not.
  TEMPLATE_ASSERTION("TemplateAssertionError"),
  /// The template asks for something at run time that does not exist.
  TEMPLATE_RUNTIME("TemplateRuntimeError"),
  /// The template is not valid Jinja.
  TEMPLATE_SYNTAX("TemplateSyntaxError"),
  /// A value of the wrong type.
  TYPE("TypeError"),
  /// An undefined value was used.
  UNDEFINED("UndefinedError"),
  /// A part of Jinja that this interpreter leaves out; there is no such error in jinja2.
  UNSUPPORTED("UnsupportedError"),
  /// A value of the right type that is not acceptable.
  VALUE("ValueError"),
  /// Division by zero.
  ZERO_DIVISION("ZeroDivisionError");

  private final String typeName;

  ErrorKind(String typeName) {
    this.typeName = typeName;
  }

  /// The type's name in Python, such as `TypeError`.
  public String typeName() {
    return typeName;
  }

  ErrorCode code() {
    return switch (this) {
      case RAISED -> ErrorCode.TEMPLATE_RAISED;
      case LIMIT, RECURSION -> ErrorCode.TEMPLATE_LIMIT;
      default -> ErrorCode.TEMPLATE;
    };
  }
}
