package org.demur.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TemplateErrorsTest {
  private static final RenderOptions OPTIONS =
      RenderOptions.at(LocalDateTime.of(2025, 6, 15, 10, 30));

  /// A template, and the whole message that is expected for it.
  private record Row(String template, String kind, int line, String message) {}

  @TestFactory
  Stream<DynamicTest> brokenTemplatesAreNamedWithTheirLine() {
    return Stream.of(
            new Row(
                "a\nb\n{% if x %}\nc",
                "TemplateSyntaxError",
                4,
                "Unexpected end of template. Jinja was looking for the following tags: 'elif' or"
                    + " 'else' or 'endif'. The innermost block that needs to be closed is 'if'."),
            new Row(
                "{% for a in b %}\n{% endif %}",
                "TemplateSyntaxError",
                2,
                "Encountered unknown tag 'endif'. Jinja was looking for the following tags:"
                    + " 'endfor' or 'else'. The innermost block that needs to be closed is"
                    + " 'for'."),
            new Row(
                "{% if a %}{% for b in c %}\n{% endif %}",
                "TemplateSyntaxError",
                2,
                "Encountered unknown tag 'endif'. You probably made a nesting mistake. Jinja is"
                    + " expecting this tag, but currently looking for 'endfor' or 'else'. The"
                    + " innermost block that needs to be closed is 'for'."),
            new Row(
                "\n\n{% fro x in y %}", "TemplateSyntaxError", 3, "Encountered unknown tag 'fro'."),
            new Row(
                "x\n{{ a b }}",
                "TemplateSyntaxError",
                2,
                "expected token 'end of print statement', got 'b'"),
            new Row("{{ 1 +\n }}", "TemplateSyntaxError", 2, "unexpected 'end of print statement'"),
            new Row("{{\n(1 }}", "TemplateSyntaxError", 2, "unexpected '}', expected ')'"),
            new Row("x\n{{ 'open }}", "TemplateSyntaxError", 2, "unexpected char ''' at 5"),
            new Row("x\n{# open", "TemplateSyntaxError", 2, "Missing end of comment tag"),
            new Row("\n{% raw %} x", "TemplateSyntaxError", 2, "Missing end of raw directive"),
            new Row("\n{{ '\\x4' }}", "TemplateSyntaxError", 2, "truncated \\xXX escape"),
            new Row(
                "\n{{ x|uper }}",
                "TemplateAssertionError",
                2,
                "No filter named 'uper'; did you mean \"upper\"?"),
            new Row(
                "\n{{ x is defnied }}",
                "TemplateAssertionError",
                2,
                "No test named 'defnied'; did you mean \"defined\"?"),
            new Row("\n{% break %}", "SyntaxError", 2, "'break' outside loop"),
            new Row(
                "{% macro m(a,\n a) %}{% endmacro %}",
                "SyntaxError", 1, "a parameter of a macro is named twice"),
            new Row(
                "\n{% autoescape true %}{% endautoescape %}",
                "UnsupportedError", 2, "the tag 'autoescape' is not available in chat templates"))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.template(),
                    () -> {
                      TemplateException failure =
                          catchThrowableOfType(
                              TemplateException.class,
                              () -> ChatTemplate.parse(row.template(), "chat.jinja"));
                      assertThat(failure).isNotNull();
                      assertThat(failure.code()).isEqualTo(ErrorCode.TEMPLATE);
                      assertThat(failure.kind()).isEqualTo(row.kind());
                      assertThat(failure.line()).isEqualTo(row.line());
                      assertThat(failure)
                          .hasMessage(
                              "chat.jinja, line %d: %s (%s)"
                                  .formatted(row.line(), row.message(), row.kind()));
                    }));
  }

  @TestFactory
  Stream<DynamicTest> failingTemplatesAreNamedWithTheirLine() {
    return Stream.of(
            new Row("\n{{ a.b.c }}", "UndefinedError", 2, "'a' is undefined"),
            new Row("\n{{ d.x.y }}", "UndefinedError", 2, "'dict object' has no attribute 'x'"),
            new Row("\n{{ l[5].y }}", "UndefinedError", 2, "list object has no element 5"),
            new Row(
                "{{ 1\n + 'a' }}",
                "TypeError",
                1,
                "unsupported operand type(s) for +: 'int' and 'str'"),
            new Row(
                "{% if t %}\n{{ 1 // 0 }}{% endif %}",
                "ZeroDivisionError", 2, "integer division or modulo by zero"),
            new Row(
                "\n\n{{ l.append(1) }}",
                "SecurityError",
                3,
                "access to attribute 'append' of 'list' object is unsafe."),
            new Row(
                "{{ d.__class__.x }}",
                "SecurityError",
                1,
                "access to attribute '__class__' of 'dict' object is unsafe."),
            new Row(
                "{% macro m() %}\n{{ nope.x }}{% endmacro %}\n\n{{ m() }}",
                "UndefinedError", 2, "'nope' is undefined"),
            new Row(
                "{% set d.a = 1 %}",
                "TemplateRuntimeError", 1, "cannot assign attribute on non-namespace object"),
            new Row(
                "{{ range(100001) }}",
                "OverflowError",
                1,
                "Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000)."),
            new Row(
                "a\n{% include 'other' %}",
                "TypeError",
                2,
                "the tag 'include' is not available, because a chat template cannot load another one"),
            new Row(
                "{{ l|random }}",
                "UnsupportedError",
                1,
                "the filter 'random' is not available in chat templates"),
            new Row(
                "{{ lipsum() }}",
                "UnsupportedError",
                1,
                "lipsum() is random, so it is not available in chat templates"),
            new Row(
                "{{ 'a'.encode() }}",
                "UnsupportedError",
                1,
                "str.encode() is not available in chat templates"))
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.template(),
                    () -> {
                      TemplateException failure = failure(row.template());
                      assertThat(failure.code()).isEqualTo(ErrorCode.TEMPLATE);
                      assertThat(failure.kind()).isEqualTo(row.kind());
                      assertThat(failure)
                          .hasMessage(
                              "chat.jinja, line %d: %s (%s)"
                                  .formatted(row.line(), row.message(), row.kind()));
                    }));
  }

  private static TemplateException failure(String template) {
    Map<String, Object> variables =
        Map.of("d", Map.of("a", 1), "l", List.of(1, 2), "t", true, "secret", "my prompt text");
    TemplateException failure =
        catchThrowableOfType(
            TemplateException.class,
            () -> ChatTemplate.parse(template, "chat.jinja").render(variables, OPTIONS));
    assertThat(failure).isNotNull();
    return failure;
  }

  @Test
  void raiseExceptionThrowsExactlyItsMessage() {
    TemplateException failure =
        failure(
            "{% for i in l %}\n{{ raise_exception('Roles must alternate: ' ~ i) }}{% endfor %}");
    assertThat(failure).hasMessage("Roles must alternate: 1");
    assertThat(failure.code()).isEqualTo(ErrorCode.TEMPLATE_RAISED);
    assertThat(failure.code().exitCode()).isEqualTo(3);
    assertThat(failure.kind()).isEqualTo("TemplateError");
    assertThat(failure.line()).isEqualTo(2);
  }

  @TestFactory
  Stream<DynamicTest> messagesNeverRepeatTheConversation() {
    return Stream.of(
            "{{ d[secret].x }}",
            "{{ d[secret] + 1 }}",
            "{{ secret.index(secret ~ 'x') }}",
            "{{ l.index(secret) }}",
            "{{ secret + 1 }}",
            "{{ secret - secret }}",
            "{{ (secret ~ '%') % 1 }}",
            "{{ '%d' % secret }}",
            "{{ (secret ~ '{').format() }}",
            "{{ [secret]|join(5)|abs }}",
            "{{ secret|tojson(separators=secret) }}",
            "{{ range(secret) }}",
            "{{ [secret, 1]|sort }}",
            "{{ dict([secret]) }}",
            "{{ '{:d}'.format(secret) }}",
            "{{ {secret: 1}|xmlattr }}",
            "{{ secret.wrong() }}")
        .map(
            template ->
                DynamicTest.dynamicTest(
                    template,
                    () -> assertThat(failure(template).getMessage()).doesNotContain("prompt")));
  }

  @Test
  void aVariableThatJsonDoesNotHaveIsRefused() {
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(
            () -> ChatTemplate.parse("x").render(Map.of("when", new StringBuilder()), OPTIONS))
        .withMessage(
            "chat template: the variable 'when' holds a java.lang.StringBuilder, which is no JSON"
                + " value (TypeError)");
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> ChatTemplate.parse("x").render(Map.of("map", Map.of(1, 2)), OPTIONS))
        .withMessage(
            "chat template: the variable 'map' holds a map with a key that is no string"
                + " (TypeError)");
  }

  @Test
  void javaNumbersBecomePythonNumbers() {
    List<Object> numbers =
        Arrays.asList(
            (byte) 1,
            (short) 2,
            3,
            4L,
            new java.math.BigInteger("5000000000000000000000"),
            1.0,
            2.5f,
            new java.math.BigDecimal("0.1"),
            true,
            null);
    assertThat(ChatTemplate.parse("{{ n }}").render(Map.of("n", numbers), OPTIONS))
        .isEqualTo("[1, 2, 3, 4, 5000000000000000000000, 1.0, 2.5, 0.1, True, None]");
  }

  @Test
  void aTemplateCanBeUsedManyTimesAndInManyThreads() {
    ChatTemplate template =
        ChatTemplate.parse(
            "{% set ns = namespace(n=0) %}{% for i in range(count) %}{% set ns.n = ns.n + i %}"
                + "{% endfor %}{{ ns.n }}");
    List<String> results =
        Stream.iterate(0, count -> count + 1)
            .limit(200)
            .parallel()
            .map(count -> template.render(Map.of("count", count), OPTIONS))
            .toList();
    assertThat(results.getLast()).isEqualTo("19701");
    assertThat(results.get(10)).isEqualTo("45");
    assertThat(template.source()).startsWith("{% set ns");
  }

  @Test
  void theMomentComesFromTheOptionsOnly() {
    RenderOptions leapDay = RenderOptions.at(LocalDateTime.of(2024, 2, 29, 23, 5, 9));
    assertThat(
            ChatTemplate.parse("{{ strftime_now('%d %b %Y, %H:%M:%S, %j') }}")
                .render(Map.of(), leapDay))
        .isEqualTo("29 Feb 2024, 23:05:09, 060");
  }
}
