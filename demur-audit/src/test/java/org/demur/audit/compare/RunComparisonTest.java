package org.demur.audit.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.demur.report.ComparisonReport;
import org.demur.report.ComparisonReport.ChangedPrompt;
import org.demur.report.ComparisonReport.Difference;
import org.demur.report.ComparisonReport.McNemarTable;
import org.demur.report.ComparisonReport.PairedRate;
import org.demur.report.PromptLabel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RunComparisonTest {
  private static final int PROMPTS = 20;
  private static final String DECLINED = "harmful prompts declined";
  private static final String OVER_REFUSED = "harmless prompts declined";
  private static final String FLAGGED = "harmful prompts flagged";
  private static final String FALSE_FLAGS = "harmless prompts flagged";
  private static final String KNOWS = "knows harm and complies";

  @TempDir private Path home;

  @Test
  void equalRunsDifferInNothing() {
    ComparisonReport report = compare(example(), example());

    assertThat(report.rates())
        .extracting(PairedRate::name)
        .containsExactly(DECLINED, OVER_REFUSED, FLAGGED, FALSE_FLAGS, KNOWS);
    assertThat(report.rates())
        .allSatisfy(
            rate -> {
              assertThat(rate.first()).isEqualTo(rate.second());
              assertThat(rate.difference().value()).isZero();
              assertThat(rate.difference().low()).isZero();
              assertThat(rate.difference().high()).isZero();
              assertThat(rate.mcNemar()).isEqualTo(new McNemarTable(0, 0, 1));
            });
    assertThat(report.changed()).isEmpty();
    assertThat(report.differences()).isEmpty();
    assertThat(report.guard().difference().value()).isZero();
    assertThat(report.guard().first()).isEqualTo(report.guard().second());
    assertThat(report.notes()).noneMatch(note -> note.contains("in A only"));
  }

  @Test
  void plantedRefusalsAreCountedExactly() {
    ExampleRun after = example();
    for (int i = 0; i < 12; i++) {
      after.refusing(ExampleRun.harmful(i));
    }
    after.refusing(ExampleRun.harmless(3));
    ExampleRun before = example().refusing(ExampleRun.harmful(19));

    ComparisonReport report = compare(before, after);

    PairedRate declined = rate(report, DECLINED);
    assertThat(declined.first().successes()).isEqualTo(1);
    assertThat(declined.second().successes()).isEqualTo(12);
    assertThat(declined.first().n()).isEqualTo(PROMPTS);
    assertThat(declined.mcNemar().onlyFirst()).isEqualTo(1);
    assertThat(declined.mcNemar().onlySecond()).isEqualTo(12);
    // 2 * (1 + 13) / 2^13: both tails of 13 fair coins with at most one head
    assertThat(declined.mcNemar().pValue()).isEqualTo(28.0 / 8192, within(1e-12));
    assertThat(declined.difference().value()).isEqualTo(11.0 / 20, within(1e-12));
    assertThat(declined.difference().low()).isPositive();
    assertThat(declined.difference().high()).isLessThanOrEqualTo(1);
    assertThat(rate(report, OVER_REFUSED).mcNemar()).isEqualTo(new McNemarTable(0, 1, 1));
    assertThat(rate(report, FLAGGED).mcNemar()).isEqualTo(new McNemarTable(0, 0, 1));
  }

  @Test
  void theCellOfKnowingAndComplyingCountsAmongAllHarmfulPrompts() {
    // The guard does not see harmful prompt 0, so refusing it leaves the cell as it is.
    ExampleRun after = example().refusing(ExampleRun.harmful(0)).refusing(ExampleRun.harmful(1));

    PairedRate knows = rate(compare(example(), after), KNOWS);

    assertThat(knows.first().successes()).isEqualTo(PROMPTS - 1);
    assertThat(knows.second().successes()).isEqualTo(PROMPTS - 2);
    assertThat(knows.second().n()).isEqualTo(PROMPTS);
    assertThat(knows.mcNemar()).isEqualTo(new McNemarTable(1, 0, 1));
  }

  @Test
  void changedPromptsNameBothClassesAndSwitchesComeFirst() {
    ExampleRun after =
        example()
            .with(ExampleRun.harmful(2), "reply_class", "degenerate")
            .refusing(ExampleRun.harmless(5))
            .refusing(ExampleRun.harmful(7));

    assertThat(compare(example(), after).changed())
        .containsExactly(
            changed(ExampleRun.harmful(7), PromptLabel.HARMFUL, "refusal"),
            changed(ExampleRun.harmless(5), PromptLabel.HARMLESS, "refusal"),
            changed(ExampleRun.harmful(2), PromptLabel.HARMFUL, "degenerate"));
  }

  @Test
  void theGuardsAreComparedOnTheSharedPrompts() {
    ExampleRun better =
        example()
            .with(ExampleRun.harmful(0), "guard_score", 2.0)
            .with(ExampleRun.harmless(0), "guard_score", -2.0);

    ComparisonReport report = compare(example(), better);

    // One harmful prompt lies below one harmless one only: of 20 x 20 pairs, harmful 0 (-0.5)
    // loses to harmless 0 (0.5) and to no other.
    assertThat(report.guard().first().value()).isEqualTo(399.0 / 400, within(1e-12));
    assertThat(report.guard().second().value()).isEqualTo(1);
    assertThat(report.guard().difference().value()).isEqualTo(1.0 / 400, within(1e-12));
    assertThat(report.guard().difference().low()).isGreaterThanOrEqualTo(0);
    assertThat(report.guard().difference().n()).isEqualTo(2 * PROMPTS);
  }

  @Test
  void theLogOddsAreComparedWhereBothRunsHaveThem() {
    ExampleRun after = example();
    for (int i = 0; i < PROMPTS; i++) {
      after.with(ExampleRun.harmful(i), "refusal_log_odds", 1.5 - 0.1 * i);
    }
    after.with(ExampleRun.harmful(4), "refusal_log_odds", Double.POSITIVE_INFINITY);

    assertThat(compare(example(), after).notes())
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith("Mean log-odds of the refusal tokens on harmful prompts")
                    .contains("difference +4.50 (95 % interval +4.50 to +4.50, n = 19)"));
  }

  @Test
  void promptsOfOneRunOnlyAreCountedAndLeftOut() {
    ExampleRun fewer = example().without(ExampleRun.harmful(1)).without(ExampleRun.harmless(1));
    ExampleRun other = example().refusing(ExampleRun.harmful(1)).without(ExampleRun.harmless(2));

    ComparisonReport report = compare(fewer, other);

    assertThat(rate(report, DECLINED).second().n()).isEqualTo(PROMPTS - 1);
    assertThat(rate(report, DECLINED).second().successes()).isZero();
    assertThat(rate(report, OVER_REFUSED).second().n()).isEqualTo(PROMPTS - 2);
    assertThat(report.changed()).isEmpty();
    assertThat(report.first().prompts()).isEqualTo(2 * PROMPTS - 2);
    assertThat(report.notes())
        .anyMatch(note -> note.contains("37 prompts that both runs have; 1 are in A only and 2"));
  }

  @Test
  void sharingLessThanHalfIsNoted() {
    assertThat(compare(new ExampleRun(8), example()).notes())
        .anyMatch(note -> note.startsWith("Less than half of the prompts are shared (16 of 40)"));
  }

  @Test
  void idsThatStandForOtherPromptsAreLeftOut() {
    ExampleRun relabelled = example().with(ExampleRun.harmful(3), "label", "harmless");
    relabelled.with(ExampleRun.harmful(4), "prompt_tokens", 99L);

    ComparisonReport report = compare(example(), relabelled);

    assertThat(rate(report, DECLINED).first().n()).isEqualTo(PROMPTS - 2);
    assertThat(report.notes()).anyMatch(note -> note.startsWith("2 ids stand for different"));
  }

  @Test
  void anotherModelMayCountOtherTokens() {
    ExampleRun other = example().with(ExampleRun.harmful(4), "prompt_tokens", 99L);
    other.reporting(new ExampleReport("other-model", "", "data-1", "standard", 0, "2.10.0"));

    assertThat(rate(compare(example(), other), DECLINED).first().n()).isEqualTo(PROMPTS);
  }

  @Test
  void fourPromptsALabelGiveCountsWithoutRates() {
    ComparisonReport report =
        compare(new ExampleRun(4), new ExampleRun(4).refusing(ExampleRun.harmful(0)));

    PairedRate declined = rate(report, DECLINED);
    assertThat(declined.second().successes()).isEqualTo(1);
    assertThat(declined.second().isDefined()).isFalse();
    assertThat(declined.difference().isDefined()).isFalse();
    assertThat(report.guard().difference().isDefined()).isFalse();
    assertThat(report.notes()).noneMatch(note -> note.contains("Holm"));
  }

  @Test
  void theReportsSayWhatDiffers() {
    ExampleRun other =
        example()
            .reporting(
                new ExampleReport("0123456789abcdef", "lora", "data-2", "quick", 7, "2.11.0"));

    ComparisonReport report = compare(example(), other);

    assertThat(report.differences())
        .containsExactly(
            new Difference("adapter", "none", "lora (lora)"),
            new Difference("data", "example pairs (data-1)", "example pairs (data-2)"),
            new Difference("profile", "standard", "quick"),
            new Difference("seed", "0", "7"),
            new Difference("version of libtorch", "2.10.0", "2.11.0"),
            new Difference("option max-new-tokens", "32", "20"));
    assertThat(report.second().adapter()).contains("lora");
    assertThat(report.fragility().first().meaning()).isEqualTo("Of a run with seed 0.");
    assertThat(report.fragility().second().meaning()).isEqualTo("Of a run with seed 7.");
    assertThat(report.notes())
        .anyMatch(note -> note.startsWith("The runs used different data"))
        .anyMatch(note -> note.startsWith("The runs used different profiles (standard, quick)"))
        .anyMatch(note -> note.startsWith("The runs used different seeds (0, 7)"))
        .anyMatch(note -> note.startsWith("Number format or versions differ"));
  }

  @Test
  void severalTestsAtOnceAreCorrectedFor() {
    ExampleRun after = example();
    for (int i = 0; i < 7; i++) {
      after.refusing(ExampleRun.harmful(i));
    }

    // 2 / 2^7 = 0.0156 for seven new refusals, times five; six of them leave the other cell: 2 /
    // 2^6
    // times four.
    assertThat(compare(example(), after).notes())
        .anySatisfy(
            note ->
                assertThat(note)
                    .startsWith("5 rates are tested at once")
                    .contains("harmful prompts declined p = 0.078")
                    .contains("knows harm and complies p = 0.13")
                    .contains("harmless prompts flagged p = 1.00"));
  }

  @Test
  void theSameSeedGivesTheSameNumbersAndAnotherOneAnInterval() {
    Path before = example().in(home, "before");
    Path after =
        example()
            .refusing(ExampleRun.harmful(1))
            .refusing(ExampleRun.harmful(2))
            .with(ExampleRun.harmful(3), "guard_score", -3.0)
            .in(home, "after");

    ComparisonReport one = RunComparison.of(before, after, 1);

    assertThat(RunComparison.of(before, after, 1).rates()).isEqualTo(one.rates());
    assertThat(RunComparison.of(before, after, 1).guard()).isEqualTo(one.guard());
    assertThat(RunComparison.of(before, after, 2).guard()).isNotEqualTo(one.guard());
  }

  @Test
  void aRunMayBeComparedWithItself() {
    Path run = example().in(home, "run");

    assertThat(RunComparison.of(run, run.resolve("report.json"), 0).notes())
        .anyMatch(note -> note.startsWith("Both sides are the same run"));
  }

  private static ExampleRun example() {
    return new ExampleRun(PROMPTS);
  }

  private ComparisonReport compare(ExampleRun before, ExampleRun after) {
    return RunComparison.of(before.in(home, "before"), after.in(home, "after"), 0);
  }

  private static PairedRate rate(ComparisonReport report, String name) {
    List<PairedRate> found =
        report.rates().stream().filter(rate -> rate.name().equals(name)).toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static ChangedPrompt changed(String id, PromptLabel label, String after) {
    return new ChangedPrompt(id, label, Optional.of("fraud"), "compliance", after);
  }
}
