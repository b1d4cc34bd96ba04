package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.core.Hashes;
import org.demur.eval.judge.JudgeTraining;
import org.demur.eval.judge.JudgeWeights;
import org.demur.eval.judge.JudgeWeightsIo;
import org.demur.eval.judge.LabelledRepliesJson;
import org.demur.eval.judge.LabelledReply;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Makes the judge's table of weights from labelled replies.
@Command(
    name = "train",
    description = {
      "Make a table of weights from labelled replies; rows as for `judge eval`.",
      "The built-in rows of modern short replies are added unless --no-register is given. The table"
          + " that comes with Demur is made by this command from the three chatgpt-refusals files."
    },
    footer = {
      "",
      "Example:",
      "  demur judge train --data a.jsonl --data b.jsonl --out weights.tsv"
    })
final class JudgeTrainCommand implements Callable<Integer> {
  private final Context context;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "FILE",
      description = "Labelled replies; may be given several times.")
  private List<Path> data = new ArrayList<>();

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to write it.")
  private Path out = Path.of("");

  @Option(names = "--no-register", description = "Train on the given rows only.")
  private boolean noRegister;

  @Option(
      names = "--json",
      description = "Print {\"judge\", \"rows\", \"weights\", \"file\"} only.")
  private boolean json;

  JudgeTrainCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<LabelledReply> rows = new ArrayList<>();
    StringBuilder comment = new StringBuilder("Made by `demur judge train` from\n");
    for (Path file : data) {
      rows.addAll(LabelledRepliesJson.read(file).rows());
      comment.append("%s (SHA-256 %s)\n".formatted(file.getFileName(), Hashes.ofFile(file)));
    }
    if (!noRegister) {
      rows.addAll(LabelledRepliesJson.register());
      comment.append("and the built-in register rows\n");
    }
    JudgeWeights weights = JudgeTraining.train(rows);
    JudgeWeightsIo.write(out, weights, comment.toString());
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("judge", weights.id());
      document.put("rows", rows.size());
      document.put("weights", weights.weights().size());
      document.put("file", out.toString());
      context.console().json(document);
    } else {
      context
          .console()
          .line(
              "%s: %d weights from %d rows"
                  .formatted(weights.id(), weights.weights().size(), rows.size()));
      context.console().note("written: " + out);
    }
    return ExitCodes.FINE;
  }
}
