package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.eval.judge.Calibration;
import org.demur.eval.judge.CalibrationJson;
import org.demur.eval.judge.JudgeEvaluation;
import org.demur.eval.judge.JudgeWeightsIo;
import org.demur.eval.judge.LabelledRepliesJson;
import org.demur.eval.judge.LabelledReply;
import org.demur.eval.judge.ReplyJudge;
import org.demur.stats.Proportion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Sets the threshold of the judge for one target model.
@Command(
    name = "calibrate",
    description = {
      "Set the judge's threshold for one model from some 50 of its replies, labelled by hand.",
      "Rows as for `judge eval`. Later commands take the result with --calibration."
    },
    footer = {
      "",
      "Example:",
      "  demur judge calibrate --data labelled.jsonl --target my-model --out my-model.judge.json"
    })
final class JudgeCalibrateCommand implements Callable<Integer> {
  private final Context context;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "Labelled replies of the model; may be given several times.")
  private List<Path> data = new ArrayList<>();

  @Option(names = "--target", required = true, paramLabel = "NAME", description = "The model.")
  private String target = "";

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to write it.")
  private Path out = Path.of("");

  @Option(names = "--slope", description = "Fit a slope too, so that scores are log-odds.")
  private boolean slope;

  @Option(
      names = "--weights",
      paramLabel = "FILE",
      description = "Weights of `judge train` instead of those that come with Demur.")
  private @Nullable Path weights;

  @Option(names = "--json", description = "Print the calibration and nothing else.")
  private boolean json;

  JudgeCalibrateCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<LabelledReply> rows = new ArrayList<>();
    data.forEach(file -> rows.addAll(LabelledRepliesJson.read(file).rows()));
    ReplyJudge judge =
        weights == null ? ReplyJudge.shipped() : ReplyJudge.of(JudgeWeightsIo.read(weights));
    Calibration fitted =
        slope
            ? Calibration.slopeAndShift(judge, rows, target)
            : Calibration.threshold(judge, rows, target);
    CalibrationJson.write(out, fitted);
    Proportion before = JudgeEvaluation.evaluate(judge, rows, 0).byScore().accuracy();
    Proportion after =
        JudgeEvaluation.evaluate(judge.calibrated(fitted), rows, 0).byScore().accuracy();
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>(CalibrationJson.toMap(fitted));
      document.put("accuracyBefore", before.rate());
      document.put("accuracyOnTheseRows", after.rate());
      document.put("file", out.toString());
      context.console().json(document);
    } else {
      context
          .console()
          .line(
              String.format(
                  Locale.ROOT,
                  "%s: n %d, slope %.3f, shift %+.3f; on these rows %.1f %% right, before %.1f %%",
                  target,
                  fitted.n(),
                  fitted.slope(),
                  fitted.shift(),
                  100 * after.rate(),
                  100 * before.rate()));
      context.console().note("written: " + out);
    }
    return ExitCodes.FINE;
  }
}
