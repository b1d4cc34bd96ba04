package org.demur.text.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import org.demur.testkit.MutationRun;
import org.demur.testkit.Mutations;
import org.junit.jupiter.api.Test;

class TemplateMutationTest {
  private static final RenderLimits LIMITS = new RenderLimits(200_000, 100_000, 500, 2_000_000);

  private static final List<String> TEMPLATES =
      List.of(
          "{%- for m in messages %}{{ '<|' + m['role'] + '|>' + m.content|trim }}\n{% endfor %}",
          "{% if messages[0].role == 'system' %}{% set first = messages[0].content %}{% else %}"
              + "{% set first = 'none' %}{% endif %}{{ first ~ messages|length }}",
          "{% macro show(x, sep=', ') -%}{% for k, v in x.items() %}{{ k }}={{ v|tojson }}"
              + "{{ sep if not loop.last }}{% endfor %}{%- endmacro %}{{ show(tool) }}",
          "{% set ns = namespace(n=0, text='') %}{% for m in messages if m.role != 'tool' %}"
              + "{% set ns.n = ns.n + 1 %}{% set ns.text = ns.text ~ m.content[:3] %}{% endfor %}"
              + "{{ ns.n }}{{ ns.text|upper }}",
          "{{ messages|map(attribute='role')|unique|sort(reverse=true)|join('/') }}"
              + "{{ tool|tojson(indent=2) }}{{ '%-8s|%5.2f' % ('a', 2.5) }}{{ '{:>4}'.format(7) }}",
          "{# note #}{% raw %}{{ x }}{% endraw %}{% call(a) wrap() %}{{ a }}{% endcall %}"
              + "{% macro wrap() %}[{{ caller(1) }}]{% endmacro %}",
          "{% for i in range(4) recursive %}{% if i == 2 %}{% continue %}{% endif %}{{ i ** 2 }}"
              + "{% else %}-{% endfor %}{% filter indent(2) %}a\nb{% endfilter %}{{ 5 // 2 - 1 }}",
          "{% with a = messages[-1], b = a %}{{ a.content.split(' ')[::-1] }}{% endwith %}"
              + "{% generation %}{{ messages|selectattr('role', 'eq', 'user')|list }}"
              + "{% endgeneration %}");

  private static final Map<String, Object> VARIABLES =
      Map.of(
          "messages",
          List.of(
              Map.of("role", "system", "content", " Be brief. "),
              Map.of("role", "user", "content", "Name a river 漢 🦙"),
              Map.of("role", "tool", "content", "Rhine")),
          "tool",
          Map.of("name", "look", "parameters", List.of(1, 2.5, true)));

  @Test
  void damagedTemplatesRenderOrFailWithOneSentence() {
    RenderOptions options = new RenderOptions(LocalDateTime.of(2025, 6, 15, 10, 30), LIMITS);
    MutationRun.Outcome outcome =
        new MutationRun("templates", 4_800)
            .allocatingAtMost(64L << 20)
            .run(
                seed -> {
                  int template = Math.floorMod(seed, TEMPLATES.size());
                  String damaged = Mutations.mutateText(TEMPLATES.get(template), seed);
                  String rendered = ChatTemplate.parse(damaged).render(VARIABLES, options);
                  assertThat(rendered).hasSizeLessThanOrEqualTo(LIMITS.maxOutputChars());
                });
    if (outcome.total() >= 1_000) {
      assertThat(outcome.accepted()).as("templates that still work").isPositive();
      assertThat(outcome.refused()).as("templates that are refused").isPositive();
    }
  }
}
