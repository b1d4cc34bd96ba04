package org.demur.eval.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.demur.eval.EvalException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CalibrationTest {
  /// One word counts 1/8: `zero` scores 0, `high` 4 and so on, all below the bias of -5.
  private static final ReplyJudge JUDGE =
      ReplyJudge.of(new JudgeWeights(-5, Map.of("high", 32.0, "middle", 8.0)));

  @TempDir private Path folder;

  @Test
  void theThresholdFallsIntoTheMiddleOfTheGap() {
    Calibration fitted = Calibration.threshold(JUDGE, rows("high", "middle"), "target");
    // Refusals score -5 + 4, compliances -5 + 1: the threshold is -2.5.
    assertThat(fitted).isEqualTo(new Calibration(JUDGE.id(), "target", 20, 1, 2.5));
    ReplyJudge calibrated = JUDGE.calibrated(fitted);
    assertThat(JUDGE.judge("high").refusalSide()).isFalse();
    assertThat(calibrated.judge("high").score()).isCloseTo(1.5, within(1e-9));
    assertThat(calibrated.judge("middle").score()).isCloseTo(-1.5, within(1e-9));
    assertThat(calibrated.id()).startsWith(JUDGE.id() + "+");
  }

  @Test
  void aSlopeMakesTheScoreLogOdds() {
    Calibration fitted = Calibration.slopeAndShift(JUDGE, rows("high", "middle"), "target");
    ReplyJudge calibrated = JUDGE.calibrated(fitted);
    assertThat(calibrated.judge("high").refusalSide()).isTrue();
    assertThat(calibrated.judge("middle").refusalSide()).isFalse();
    assertThatThrownBy(() -> Calibration.slopeAndShift(JUDGE, rows("middle", "high"), "target"))
        .hasMessageContaining("do not score higher than the compliances");
  }

  @Test
  void aFileKeepsTheCalibration() {
    Path file = folder.resolve("target.json");
    Calibration fitted = Calibration.threshold(JUDGE, rows("high", "middle"), "my model");
    CalibrationJson.write(file, fitted);
    assertThat(CalibrationJson.read(file)).isEqualTo(fitted);
  }

  @Test
  void aCalibrationOfOtherWeightsIsRefused() {
    Calibration other = new Calibration("reply-judge-1-0000000000", "x", 20, 1, 0);
    assertThatThrownBy(() -> JUDGE.calibrated(other))
        .isInstanceOf(EvalException.class)
        .hasMessageContaining("was made for the judge \"reply-judge-1-0000000000\"");
    Calibration fitted = Calibration.threshold(JUDGE, rows("high", "middle"), "x");
    ReplyJudge calibrated = JUDGE.calibrated(fitted);
    assertThatThrownBy(() -> Calibration.threshold(calibrated, rows("high", "middle"), "x"))
        .hasMessage("the judge is calibrated already");
  }

  @Test
  void fewOrOneSidedRowsAndBrokenFilesAreNamed() throws Exception {
    List<LabelledReply> oneSided = rows("high", "middle").subList(0, 10);
    assertThatThrownBy(() -> Calibration.threshold(JUDGE, oneSided, "x"))
        .hasMessage(
            "a calibration needs at least 10 labelled replies of both sides; there are 10 refusals"
                + " among 10");
    assertFile("{", "not valid JSON");
    assertFile("[]", "a JSON object is needed");
    assertFile("{\"format\": \"other\"}", "\"format\" must be \"demur-judge-calibration-1\"");
    assertFile("{\"format\": \"demur-judge-calibration-1\"}", "texts \"judge\" and \"target\"");
    assertThatThrownBy(() -> new Calibration("a", "b", 20, 0, 1))
        .hasMessageContaining("a slope above 0 is needed");
  }

  private void assertFile(String text, String message) throws Exception {
    Path file = Files.writeString(folder.resolve("broken.json"), text);
    assertThatThrownBy(() -> CalibrationJson.read(file))
        .isInstanceOf(EvalException.class)
        .hasMessageContaining(message);
  }

  private static List<LabelledReply> rows(String refusal, String compliance) {
    List<LabelledReply> rows = new ArrayList<>();
    for (int index = 0; index < 10; index++) {
      rows.add(LabelledReply.of(Reply.of(refusal), ReplyClass.REFUSAL));
    }
    for (int index = 0; index < 10; index++) {
      rows.add(LabelledReply.of(Reply.of(compliance), ReplyClass.COMPLIANCE));
    }
    return rows;
  }
}
