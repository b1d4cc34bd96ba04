package org.demur.text.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.demur.testkit.SharedFixtures;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ReferenceOutputTest {
  private static final RenderOptions OPTIONS =
      RenderOptions.at(LocalDateTime.of(2025, 6, 15, 10, 30));

  @TestFactory
  Stream<DynamicTest> snippetsRenderAsJinjaRendersThem() throws IOException {
    List<TemplateCasesJson.Case> cases = TemplateCasesJson.resource("snippets.json");
    assertThat(cases).hasSizeGreaterThan(600);
    return cases.stream().map(ReferenceOutputTest::test);
  }

  @Test
  void conversationsRenderAsJinjaRendersThem() throws IOException {
    List<TemplateCasesJson.Case> cases =
        TemplateCasesJson.shared(SharedFixtures.require("fixtures/templates/chat_templates.json"));
    assertThat(cases).hasSize(240);
    assertThat(cases)
        .allSatisfy(row -> assertThat(outcome(row)).as(row.name()).isEqualTo(row.expected()));
  }

  private static DynamicTest test(TemplateCasesJson.Case row) {
    return DynamicTest.dynamicTest(
        row.name(), () -> assertThat(outcome(row)).isEqualTo(row.expected()));
  }

  private static String outcome(TemplateCasesJson.Case row) {
    try {
      String rendered = ChatTemplate.parse(row.template()).render(row.variables(), OPTIONS);
      return row.fails() ? "rendered " + rendered : rendered;
    } catch (TemplateException failure) {
      String shown =
          failure.code() == ErrorCode.TEMPLATE_RAISED
              ? String.valueOf(failure.getMessage())
              : "<" + failure.kind() + ">";
      return row.fails() ? shown : "failed with " + shown;
    }
  }
}
