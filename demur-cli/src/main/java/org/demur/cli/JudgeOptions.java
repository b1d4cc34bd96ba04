package org.demur.cli;

import java.nio.file.Path;
import org.demur.eval.judge.CalibrationJson;
import org.demur.eval.judge.JudgeWeightsIo;
import org.demur.eval.judge.ReplyJudge;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Chooses the weights and the calibration of a judge.
final class JudgeOptions {
  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Weights of `judge train` instead of those that come with Demur.")
  private @Nullable Path weights;

  @Option(
      names = "--calibration",
      paramLabel = "FILE",
      description = "Calibration of `judge calibrate` for the model that wrote the replies.")
  private @Nullable Path calibration;

  /// The judge with its calibration, if one was named.
  ReplyJudge judge() {
    ReplyJudge judge = uncalibrated();
    return calibration == null ? judge : judge.calibrated(CalibrationJson.read(calibration));
  }

  /// The judge without calibration.
  ReplyJudge uncalibrated() {
    return weights == null ? ReplyJudge.shipped() : ReplyJudge.of(JudgeWeightsIo.read(weights));
  }

  /// Whether `--weights` was given.
  boolean hasWeights() {
    return weights != null;
  }

  /// Whether `--calibration` was given.
  boolean hasCalibration() {
    return calibration != null;
  }
}
