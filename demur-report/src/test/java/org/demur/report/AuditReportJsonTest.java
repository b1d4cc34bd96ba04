package org.demur.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.demur.core.DemurException;
import org.demur.core.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AuditReportJsonTest {
  private static final String JSON = AuditReportJson.write(ExampleReport.refusing());

  @Test
  void aReportSurvivesWritingAndReading(@TempDir Path folder) {
    Path file = folder.resolve("report.json");
    AuditReportJson.write(ExampleReport.refusing(), file);
    assertThat(AuditReportJson.read(file)).isEqualTo(ExampleReport.refusing());
    assertThat(AuditReportJson.write(AuditReportJson.read(file))).isEqualTo(JSON);
  }

  @Test
  void aComparisonSurvivesWritingAndReading(@TempDir Path folder) {
    Path file = folder.resolve("comparison.json");
    ComparisonReportJson.write(ExampleComparison.adapter(), file);
    assertThat(ComparisonReportJson.read(file)).isEqualTo(ExampleComparison.adapter());
  }

  @Test
  void aNumberThatWasNotMeasuredIsNullAndNeverNaN() {
    assertThat(JSON).doesNotContain("NaN").contains("\"value\" : null");
    GuardSection.CategoryRow row = read(JSON).guard().categories().getLast();
    assertThat(row.auroc().value()).isNaN();
    assertThat(row.flagged()).isEqualTo(Rate.tooFew(1, 2));
  }

  @Test
  void fieldsOfANewerMinorVersionAreIgnored() {
    String newer =
        JSON.replaceFirst(
            "\"schemaVersion\" : \"1\"", "\"schemaVersion\" : \"1.4\", \"extra\" : [1]");
    assertThat(read(newer).schemaVersion()).isEqualTo("1.4");
  }

  @Test
  void anOptionalFieldMayBeMissing() {
    String without = JSON.replaceFirst("\"resumedFrom\" : null,", "");
    assertThat(without).isNotEqualTo(JSON);
    assertThat(read(without).run().resumedFrom()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"seed\" : 7 | \"seed\" : 7.5 | field run.seed is the number 7.5, expected a 64-bit integer",
        "\"seed\" : 7 | \"sead\" : 7 | field run.seed is missing",
        "\"threads\" : 2 | \"threads\" : 4294967296 | expected a 32-bit integer",
        "\"calibrated\" : false | \"calibrated\" : \"no\" | expected true or false",
        "\"severity\" : \"warn\" | \"severity\" : \"warm\" | verdict[0].severity is \"warm\","
            + " expected one of good, warn, bad, unknown; did you mean \"warn\"?",
        "\"schemaVersion\" : \"1\" | \"schemaVersion\" : \"2\" | reads 1 and 1.x",
        "\"schemaVersion\" : \"1\" | \"schemaVersion\" : 1 | is the number 1, expected a string",
        "\"successes\" : 53 | \"successes\" : 65 | successes is 65 of n 64",
        "\"commandLine\" : | \"commandLine\" : null, \"x\" : | field run.commandLine is null",
        "\"profile\" : \"standard\" | \"id\" : \"twice\" | is not JSON: line",
        "\"threshold\" : 0.0042 | \"threshold\" : {} | field belief.threshold is an object",
      })
  void whatDoesNotFitIsNamed(String part, String replacement, String message) {
    int at = JSON.indexOf(part);
    assertThat(at).isNotNegative();
    String broken = JSON.substring(0, at) + replacement + JSON.substring(at + part.length());
    assertThatThrownBy(() -> read(broken))
        .isInstanceOf(ReportException.class)
        .hasMessageStartingWith("report.json")
        .hasMessageContaining(message);
  }

  @Test
  void aListOfAnotherLengthIsNamedWithItsPlace() {
    String broken = JSON.replaceFirst("\"weights\" : \\[", "\"weights\" : [ 1,");
    assertThatThrownBy(() -> read(broken))
        .hasMessageContaining("field tokens.prompts[0] does not fit: weights has");
  }

  @Test
  void aTruncatedFileIsNotJson() {
    assertThatThrownBy(() -> read(JSON.substring(0, JSON.length() / 2)))
        .isInstanceOf(ReportException.class)
        .hasMessageContaining("report.json is not JSON");
    assertThatThrownBy(() -> read("[]")).hasMessageContaining("schemaVersion");
    assertThatThrownBy(() -> read("")).isInstanceOf(ReportException.class);
  }

  @Test
  void aMissingFileIsNotFound(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("none.json");
    assertThatThrownBy(() -> AuditReportJson.read(file))
        .isInstanceOfSatisfying(
            DemurException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.NOT_FOUND));
    Path binary = folder.resolve("binary.json");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> AuditReportJson.read(binary)).isInstanceOf(ReportException.class);
  }

  @Test
  void aLongReplyIsCutBeforeItReachesAFile() {
    SampleReply reply =
        new SampleReply(
            "id",
            PromptLabel.HARMFUL,
            Optional.empty(),
            "refusal",
            Optional.of("\uD83D\uDE00".repeat(500)),
            true);
    String excerpt = reply.excerpt().orElseThrow();
    assertThat(excerpt.codePointCount(0, excerpt.length())).isEqualTo(120);
    assertThat(excerpt).endsWith("…");
  }

  @Test
  void tablesMustFitTheirNames() {
    assertThatThrownBy(
            () ->
                new DirectionsSection.CategoryCosines(
                    3, List.of("a", "b"), List.of(List.of(1.0, 0.5))))
        .hasMessage("values is a table of 1 x 2 values, expected 2 x 2");
  }

  private static AuditReport read(String json) {
    return AuditReportJson.read(json, "report.json");
  }
}
