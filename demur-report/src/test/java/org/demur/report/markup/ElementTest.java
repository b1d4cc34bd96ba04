package org.demur.report.markup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ElementTest {
  @Test
  void textAndAttributesAreEscaped() {
    String html = Element.of("p").with("title", "\"<'&>").text("</p><b>&\"'").html();
    assertThat(html)
        .isEqualTo("<p title=\"&quot;&lt;&#39;&amp;&gt;\">&lt;/p&gt;&lt;b&gt;&amp;&quot;&#39;</p>");
  }

  @Test
  void charactersThatHideOrReorderTextAreShownByTheirCode() {
    assertThat(new Text("a\u202Eb\u200Bc\uFEFF").html()).isEqualTo("a[U+202E]b[U+200B]c[U+FEFF]");
    assertThat(new Text("\uDB40\uDC41").html()).isEqualTo("[U+E0041]");
    assertThat(new Text("a\u0000\u001B\uD800").html()).isEqualTo("a\uFFFD\uFFFD\uFFFD");
    assertThat(new Text("\uD83D\uDE00").html()).isEqualTo("\uD83D\uDE00");
  }

  @ParameterizedTest
  @ValueSource(strings = {"script", "iframe", "img", "foreignObject", "use", "a b", "A", ""})
  void elementsThatCouldRunOrFetchAreRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> Element.of(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"onload", "ONCLICK", "src", "style", "a b", "x=", ""})
  void attributesThatCouldRunOrFetchAreRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> Element.of("p").with(name, "x"));
  }

  @Test
  void linksStayOnThePage() {
    assertThat(Element.of("a").with("href", "#guard").html()).isEqualTo("<a href=\"#guard\"></a>");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Element.of("a").with("href", "javascript:alert(1)"));
  }

  @Test
  void aStyleSheetCannotLeaveItsElement() {
    assertThatIllegalArgumentException().isThrownBy(() -> new StyleSheet("</style>"));
    assertThatIllegalArgumentException().isThrownBy(() -> new StyleSheet("a{b:url(x)}"));
  }
}
