package org.demur.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TemplateLimitsTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2025, 6, 15, 10, 30);
  private static final RenderLimits SMALL = new RenderLimits(500_000, 1_000_000, 1_000, 16_000_000);

  @TestFactory
  Stream<DynamicTest> whatWouldRunOrGrowWithoutEndIsStopped() {
    String grow = "{% set ns = namespace(v='ab') %}{% for i in range(99) %}";
    String deepen = "{% set ns = namespace(v=[]) %}{% for i in range(5000) %}{% set ns.v = ";
    return Stream.of(
            "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
            "{% for i in range(100000) %}{% for j in range(100000) if no %}{% endfor %}{% endfor %}",
            "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
            "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
            "{% for i in [1] recursive %}{{ loop([1]) }}{% endfor %}",
            "{{ 'a' * 10**9 }}",
            "{{ 'ab' * 10**18 }}",
            "{{ [0] * 10**9 }}",
            "{{ (0,) * 10**9 }}",
            grow + "{% set ns.v = ns.v + ns.v %}{% endfor %}",
            grow + "{% set ns.v = ns.v ~ ns.v %}{% endfor %}",
            grow + "{% set ns.v = ns.v|replace('a', ns.v) %}{% endfor %}",
            grow + "{% set ns.v = ns.v|replace('', ns.v) %}{% endfor %}",
            grow + "{% set ns.v = ns.v|join(ns.v) %}{% endfor %}",
            grow + "{% set ns.v = ns.v.join([ns.v, ns.v]) %}{% endfor %}",
            grow + "{% set ns.v = (ns.v ~ '\\n' ~ ns.v)|indent(ns.v) %}{% endfor %}",
            grow + "{% set ns.v = ns.v.format(ns.v) ~ '{0}{0}{0}' %}{% endfor %}",
            grow + "{% set ns.v = '%s%s' % (ns.v, ns.v) %}{% endfor %}",
            grow + "{% set ns.v = (ns.v, ns.v)|string %}{% endfor %}",
            grow + "{% set ns.v = [ns.v, ns.v]|tojson %}{% endfor %}",
            grow + "{% set ns.v = ns.v|urlencode|escape|tojson ~ '%' ~ ns.v %}{% endfor %}",
            grow + "{% set ns.v = [ns.v, ns.v] %}{% endfor %}{{ ns.v }}",
            grow + "{% set ns.v = [ns.v, ns.v] %}{% endfor %}{{ ns.v|tojson }}",
            grow
                + "{% set ns.w = [ns.w or 'ab', ns.w or 'ab'] %}{% set ns.v = [ns.v, ns.v] %}{% endfor %}"
                + "{{ ns.v == ns.w }}",
            grow + "{% set ns.v = (ns.v, ns.v) %}{% endfor %}{{ {ns.v: 1} }}",
            grow + "{% set ns.v = [ns.v, ns.v] %}{% endfor %}{{ ns.v|pprint }}",
            grow + "{% set ns.v %}{{ ns.v }}{{ ns.v }}{% endset %}{% endfor %}",
            deepen + "[ns.v] %}{% endfor %}{{ ns.v }}",
            deepen + "[ns.v] %}{% endfor %}{{ ns.v|tojson }}",
            deepen + "[ns.v] %}{% endfor %}{{ ns.v == [ns.v] }}",
            deepen + "[ns.v] %}{% endfor %}{{ ns.v < [ns.v] }}",
            deepen + "ns.v|map('string') %}{% endfor %}{{ ns.v|list }}x{{ ns.v|list }}",
            "{{ 'a'|center(10**9) }}",
            "{{ 'a'.center(10**9) }}",
            "{{ 'a'.ljust(10**9) }}",
            "{{ 'a'.rjust(10**12) }}",
            "{{ 'a'.zfill(10**9) }}",
            "{{ '\\t'.expandtabs(10**9) }}",
            "{{ '%999999999d' % 1 }}",
            "{{ '%*d' % (10**9, 1) }}",
            "{{ '%.999999999f' % 1.5 }}",
            "{{ '{:999999999}'.format(1) }}",
            "{{ '{:.999999999f}'.format(1.5) }}",
            "{{ '{:0999999999,}'.format(1) }}",
            "{{ 'a\\nb'|indent(10**9) }}",
            "{{ [[1]]|tojson(indent=10**9) }}",
            "{{ [1]|slice(10**9)|list }}",
            "{{ [1]|batch(10**9, 0)|list }}",
            "{{ 2 ** (10**9) }}",
            "{{ 10 ** (10 ** 10) }}",
            "{% set ns = namespace(v=3) %}{% for i in range(99) %}{% set ns.v = ns.v * ns.v %}{% endfor %}",
            "{% for i in range(100000) %}{{ 'x' * 1000 }}{% endfor %}",
            "{% set ns = namespace(v=[]) %}{% for i in range(100000) %}{% set ns.v = ns.v + ['x' * 9999] %}"
                + "{% endfor %}",
            "{% set hay = 'a' * 300000 %}{% set pin = 'a' * 150000 ~ 'b' %}"
                + "{% for i in range(100000) %}{{ pin in hay }}{% endfor %}",
            spin("{% set s = '漢' * 900000 %}", "{{ s|length }}"),
            spin("{% set s = '漢' * 900000 %}", "{{ s.startswith('漢', 1) }}"),
            spin("{% set s = '漢' * 900000 %}", "{{ s.rfind('漢') }}"),
            spin("{% set s = '漢' * 900000 %}", "{{ s[-1] }}"),
            spin(
                "{% set s = '漢' * 900000 %}",
                "{% for c in s %}{{ loop.length }}{% break %}{% endfor %}"),
            spin(
                "{% set s = 'a' * 900000 %}{% set d = {s: 1} %}{% set k = s ~ '' %}", "{{ d[k] }}"),
            spin("{% set s = 'a' * 900000 %}{% set k = s ~ '' %}", "{{ s == k }}{{ s is lower }}"),
            spin("{% set s = '&' * 900000 %}", "{{ s|striptags|length }}"),
            spin("{% set l = [1] * 100000 %}{% set k = l + [] %}", "{{ l == k }}{{ 2 in l }}"),
            spin(
                "{% set l = range(9999)|list %}", "{{ l.count(5) }}{{ l.index(9998) }}{{ l|max }}"),
            spin("{% set b = 3 ** 40000 %}", "{% set x = b % (b - 2) %}{% set x = b|round(-9) %}"),
            spin("{% macro m(" + names("a") + ") %}{% endmacro %}", "{{ m() }}"),
            spin("", "{% if no %}{{ " + names("b") + " }}{% endif %}"),
            "{{ [1]|map(attribute='" + ".".repeat(600_000) + "')|list }}",
            "{% for i in range(100000) %}{% set x = range(100000)|list|sort %}{% endfor %}",
            "{% for i in range(100000) %}{{ range(100000)|list|string|length }}{% endfor %}")
        .map(
            template ->
                DynamicTest.dynamicTest(
                    template.substring(0, Math.min(template.length(), 200)),
                    () -> assertLimited(template, Map.of(), SMALL)));
  }

  /// Something that is repeated for as long as the limits allow.
  private static String spin(String before, String repeated) {
    return before + "{% for i in range(100000) %}" + repeated + "{% endfor %}";
  }

  private static String names(String prefix) {
    return IntStream.range(0, 20_000)
        .mapToObj(number -> prefix + number)
        .collect(Collectors.joining(", "));
  }

  private static void assertLimited(
      String template, Map<String, ? extends @Nullable Object> variables, RenderLimits limits) {
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(
            () -> ChatTemplate.parse(template).render(variables, new RenderOptions(NOW, limits)))
        .satisfies(
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.TEMPLATE_LIMIT);
              assertThat(failure.kind()).isIn("LimitError", "RecursionError");
              assertThat(failure.getMessage()).startsWith("chat template").hasSizeLessThan(300);
            });
  }

  @Test
  void theDefaultsStopAnEndlessLoopToo() {
    String spin = "{% for i in range(100000) %}".repeat(3) + "{% endfor %}".repeat(3);
    assertLimited(spin, Map.of(), RenderLimits.DEFAULTS);
    assertLimited(
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", Map.of(), RenderLimits.DEFAULTS);
  }

  @Test
  void theStepsOfALimitAreSpentAndNotMore() {
    String loop = "{% for i in range(100) %}{{ i }}{% endfor %}";
    RenderLimits enough = new RenderLimits(1_000, 1_000, 100, 100_000);
    RenderLimits tooFew = new RenderLimits(200, 1_000, 100, 100_000);
    assertThat(ChatTemplate.parse(loop).render(Map.of(), new RenderOptions(NOW, enough)))
        .hasSize(190);
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> ChatTemplate.parse(loop).render(Map.of(), new RenderOptions(NOW, tooFew)))
        .withMessage(
            "chat template, line 1: the template needs more than 200 steps (an endless loop?)"
                + " (LimitError)");
  }

  @TestFactory
  Stream<DynamicTest> whatNestsTooDeeplyIsNotParsed() {
    int deep = 20_000;
    return Stream.of(
            "{{ " + "(".repeat(deep) + "1" + ")".repeat(deep) + " }}",
            "{{ " + "[".repeat(deep) + "]".repeat(deep) + " }}",
            "{{ " + "{1:".repeat(deep),
            "{{ " + "not ".repeat(deep) + "1 }}",
            "{{ " + "-".repeat(deep) + "1 }}",
            "{{ 1" + " + 1".repeat(deep) + " }}",
            "{{ 1" + " if 1 else 1".repeat(deep) + " }}",
            "{{ x" + ".y".repeat(deep) + " }}",
            "{{ x" + "[0]".repeat(deep) + " }}",
            "{{ x" + "()".repeat(deep) + " }}",
            "{{ f(".repeat(1) + "f(".repeat(deep),
            "{{ x" + "|upper".repeat(deep) + " }}",
            "{% set x" + "|upper".repeat(deep) + " %}{% endset %}",
            "{% filter upper" + "|upper".repeat(deep) + " %}{% endfilter %}",
            "{{ 1 and ".repeat(1) + "1 and ".repeat(deep) + "1 }}",
            "{{ x is in " + "[".repeat(deep) + " }}",
            "{% set " + "(".repeat(deep) + "x = 1 %}",
            "{% for " + "(".repeat(deep) + "x in y %}",
            "{% if x %}".repeat(deep / 2),
            "{% for x in y %}".repeat(deep / 2),
            "{% macro m() %}".repeat(deep / 2))
        .map(
            template ->
                DynamicTest.dynamicTest(
                    template.substring(0, 20),
                    () ->
                        assertThatExceptionOfType(TemplateException.class)
                            .isThrownBy(() -> ChatTemplate.parse(template))
                            .satisfies(
                                failure ->
                                    assertThat(failure.code())
                                        .isEqualTo(ErrorCode.TEMPLATE_LIMIT))));
  }

  @Test
  void nestingThatPeopleWriteIsParsedAndRendered() {
    int depth = 60;
    String template =
        "{% if t %}".repeat(depth)
            + "{{ "
            + "(".repeat(depth)
            + "1"
            + ")".repeat(depth)
            + " + 1".repeat(depth)
            + " }}"
            + "{% endif %}".repeat(depth);
    assertThat(ChatTemplate.parse(template).render(Map.of("t", true), RenderOptions.at(NOW)))
        .isEqualTo("61");
  }

  @Test
  void aLongChainOfElifIsNoNesting() {
    StringBuilder template = new StringBuilder("{% if n == 0 %}0");
    for (int number = 1; number < 3_000; number++) {
      template.append("{% elif n == ").append(number).append(" %}").append(number);
    }
    template.append("{% endif %}");
    assertThat(
            ChatTemplate.parse(template.toString())
                .render(Map.of("n", 2_999), RenderOptions.at(NOW)))
        .isEqualTo("2999");
  }

  @Test
  void aHugeSourceIsRefused() {
    String source = "x".repeat((1 << 20) + 1);
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> ChatTemplate.parse(source, "big.jinja"))
        .withMessage(
            "big.jinja: the template has 1,048,577 characters, more than 1,048,576 (LimitError)");
  }

  @Test
  void aSourceOfManySmallStatementsIsParsedInReasonableTime() {
    String source = "{% if a %}{% set b = c %}{% endif %}".repeat(29_000);
    assertThat(ChatTemplate.parse(source).render(Map.of(), RenderOptions.at(NOW))).isEmpty();
  }

  @Test
  void variablesThatContainThemselvesAreRefused() {
    List<Object> list = new ArrayList<>();
    list.add(list);
    assertLimited("x", Map.of("list", list), RenderLimits.DEFAULTS);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("map", map);
    assertLimited("x", Map.of("map", map), RenderLimits.DEFAULTS);
  }

  @Test
  void variablesThatGrowWhenTheyAreCopiedAreRefused() {
    List<Object> list = new ArrayList<>();
    for (int level = 0; level < 60; level++) {
      list = new ArrayList<>(List.of(list, list));
    }
    assertLimited("x", Map.of("list", list), SMALL);
  }

  @Test
  void limitsOutsideOfTheirRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RenderLimits(0, 1, 1, 1))
        .withMessage(
            "render limits must be at least 1, got maxSteps=0, maxOutputChars=1,"
                + " maxAllocatedChars=1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RenderLimits(1, 1, 2_001, 1))
        .withMessage("maxNesting must be 1 to 2000, got 2001");
  }
}
