package org.demur.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.demur.report.AuditReport;
import org.demur.report.AuditReportJson;
import org.demur.report.ExampleReport;
import org.demur.report.PromptLabel;
import org.demur.report.SampleReply;
import org.demur.report.SparseReport;
import org.junit.jupiter.api.Test;

final class HtmlReportTest {
  private static final String PAGE =
      HtmlReport.render(ExampleReport.refusing(), RenderOptions.DEFAULT);

  @Test
  void everySectionStandsInItsOrderAndCanBeLinkedTo() {
    List<String> ids =
        List.of(
            "verdict",
            "belief",
            "replies-by-class",
            "directions",
            "guard",
            "pca",
            "categories",
            "tokens",
            "fragility",
            "samples",
            "costs",
            "limits",
            "provenance");
    int last = 0;
    for (String id : ids) {
      int at = PAGE.indexOf(" id=\"" + id + "\"");
      assertThat(at).as(id).isGreaterThan(last);
      last = at;
    }
    ids.stream().skip(1).forEach(id -> assertThat(PAGE).contains("href=\"#" + id + "\""));
  }

  @Test
  void thePageFetchesAndRunsNothing() {
    assertThat(PAGE)
        .startsWith("<!doctype html>")
        .contains("default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;")
        .doesNotContainIgnoringCase("<script")
        .doesNotContainIgnoringCase("<link")
        .doesNotContainIgnoringCase("<img")
        .doesNotContainIgnoringCase("javascript:")
        .doesNotContain("http://", "https://", "url(", "@import", " src=", " style=");
  }

  @Test
  void thePageFollowsTheThemeAndThePaper() {
    assertThat(PAGE)
        .contains(
            "prefers-color-scheme: dark", "@media print", "width=device-width", "lang=\"en\"");
  }

  @Test
  void chartsAndTablesSayWhatTheyAre() {
    assertThat(Pattern.compile("<svg class=\"chart\"(?![^>]* aria-label=)").matcher(PAGE).find())
        .isFalse();
    assertThat(count("<svg class=\"chart\"")).isGreaterThanOrEqualTo(14);
    assertThat(count("<table")).isEqualTo(count("<caption>"));
    assertThat(count("<h1>")).isEqualTo(1);
  }

  @Test
  void tagsAreBalanced() {
    for (String tag : List.of("section", "svg", "g", "table", "div", "figure", "ul", "li", "dl")) {
      assertThat(Pattern.compile("<" + tag + "[ >]").matcher(PAGE).results().count())
          .as(tag)
          .isEqualTo(count("</" + tag + ">"));
    }
  }

  @Test
  void figuresComeWithIntervalAndCount() {
    assertThat(PAGE).contains("83\u202F%", "72–90\u202F%", "n = 64", "0.94", "0.90–0.98");
  }

  @Test
  void whatCannotBeStatedIsNamedAndNeverNaN() {
    String page = HtmlReport.render(SparseReport.report(), RenderOptions.DEFAULT);
    assertThat(page)
        .contains("too few (n = 3)")
        .contains("Too few (n = 3): 3 prompts were refused and 40 answered")
        .contains("No candidate was selected. 0 of 2 candidates passed")
        .doesNotContain("NaN")
        .doesNotContain("Infinity")
        .doesNotContain("null");
    assertThat(PAGE).doesNotContain("NaN").contains("too few (n = 2)");
  }

  @Test
  void aSparseReportSurvivesJson() {
    String json = AuditReportJson.write(SparseReport.report());
    String page = HtmlReport.render(AuditReportJson.read(json, "x"), RenderOptions.DEFAULT);
    assertThat(page).contains("too few (n = 3)");
  }

  @Test
  void textOfOthersIsShownAndNeverInterpreted() {
    String hostile =
        "\"'><svg onload=alert(1)><script>alert(2)</script></title></style>&amp;\u202E\u0000";
    String json =
        AuditReportJson.write(ExampleReport.refusing())
            .replace("example-135m", json(hostile))
            .replace("I cannot help with that.", json(hostile))
            .replace(" kill", json(hostile))
            .replace("<|im_start|>", json(hostile))
            .replace("violent crimes", json(hostile))
            .replace("degenerate", json(hostile))
            .replace("late layer", json(hostile));
    String page = HtmlReport.render(AuditReportJson.read(json, "x"), RenderOptions.DEFAULT);
    assertThat(page)
        .contains("&lt;script&gt;alert(2)&lt;/script&gt;")
        .doesNotContain("<script", "<svg onload", "</title></style>", "\u202E", "\u0000");
    String unquoted = page.replaceAll("\"[^\"]*\"", "");
    assertThat(Pattern.compile("<[a-z]+[^>]*\\son[a-z]+=").matcher(unquoted).find()).isFalse();
    assertThat(Pattern.compile("</style>").matcher(page).results().count()).isEqualTo(1);
  }

  private static String json(String text) {
    return text.replace("\"", "\\\"").replace("\u0000", "\\u0000");
  }

  @Test
  void harmfulRepliesAreFolded() {
    int at = PAGE.indexOf("(made-up excerpt)");
    assertThat(PAGE.lastIndexOf("<details>", at)).isGreaterThan(PAGE.lastIndexOf("</details>", at));
    assertThat(PAGE.lastIndexOf("<details>", at)).isGreaterThan(PAGE.lastIndexOf("<li>", at));
    assertThat(PAGE).doesNotContain("<details open");
  }

  @Test
  void repliesCanBeLeftOut() {
    String page = HtmlReport.render(ExampleReport.refusing(), new RenderOptions(false));
    assertThat(page)
        .doesNotContain("(made-up excerpt)", "I cannot help with that.")
        .contains("The text of replies was left out.", "privacy-11/harmful");
  }

  @Test
  void thousandsOfRowsStayUnderThreeMegabytes() {
    AuditReport report = ExampleReport.refusing();
    List<SampleReply> replies = new ArrayList<>();
    for (int row = 0; row < 2_500; row++) {
      replies.add(
          new SampleReply(
              "category-with-a-long-name-" + row + "/harmful",
              PromptLabel.HARMFUL,
              Optional.of("category with a long name"),
              "partial_refusal",
              Optional.of("<&\"'> ".repeat(40)),
              true));
    }
    String page = HtmlReport.render(withReplies(report, replies), RenderOptions.DEFAULT);
    assertThat(page.getBytes(StandardCharsets.UTF_8).length).isLessThan(3_000_000);
    assertThat(page).contains("2\u202F000 of 2\u202F500 replies shown");
  }

  private static AuditReport withReplies(AuditReport report, List<SampleReply> replies) {
    return new AuditReport(
        report.schemaVersion(),
        report.run(),
        report.verdict(),
        report.behaviour(),
        report.belief(),
        report.guard(),
        report.directions(),
        report.pca(),
        report.tokens(),
        report.fragility(),
        report.limits(),
        report.warnings(),
        replies);
  }

  private static int count(String part) {
    return (int) Pattern.compile(Pattern.quote(part)).matcher(PAGE).results().count();
  }
}
