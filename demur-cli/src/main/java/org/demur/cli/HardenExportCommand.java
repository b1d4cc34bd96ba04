package org.demur.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.demur.core.AtomicFiles;
import org.demur.core.ErrorCode;
import org.demur.harden.explain.FinishedRun;
import org.demur.model.ForwardRequest;
import org.demur.model.ForwardResult;
import org.demur.model.LanguageModel;
import org.demur.model.Prompt;
import org.demur.model.decoder.LowRank;
import org.demur.model.export.MergedModel;
import org.demur.model.hook.Positions;
import org.demur.tensor.DType;
import org.demur.tensor.Device;
import org.demur.tensor.Scope;
import org.demur.train.AdapterCard;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Writes the model of a finished hardening with the adapter in its weights.
@Command(
    name = "export",
    description = {
      "Write the hardened model of a finished run, with the adapter added into the weights of its"
          + " base, and a model card: a Hugging Face folder, or model.gguf where the base is a GGUF"
          + " file.",
      "Only what demur harden made can be exported. Changed weights are written in single precision;"
          + " the model is loaded again, and its logits are compared with those of base and adapter."
    },
    footer = {"", "Example:", "  demur harden export hardened --out hardened-model"})
final class HardenExportCommand implements Callable<Integer> {
  /// Largest difference of logits that is accepted, as a share of the largest logit.
  private static final double CLOSE = 1e-4;

  private static final String QUESTION = "What is the capital of France?";

  private final Context context;

  @Mixin private final FinishedRunOptions runs = new FinishedRunOptions();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the model; must not exist or be empty.")
  private Path out = Path.of("");

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  HardenExportCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    FinishedRun finished = runs.open();
    Path adapter = finished.file("adapter");
    float[] expected;
    Prompt question;
    MergedModel merged;
    try (Subject subject = Subject.of(runs.load(finished, DType.FLOAT32, context), false)) {
      LanguageModel model = subject.loaded().model();
      model.adapters().load("hardened", adapter);
      model.adapters().activate(List.of("hardened"));
      question = subject.speaker().question(QUESTION);
      expected = logits(model, question);
      merged = written(subject, model);
    }
    double difference = difference(merged.model(), expected, question);
    AtomicFiles.writeText(out.resolve("README.md"), card(adapter));
    print(merged, difference);
    return ExitCodes.FINE;
  }

  private MergedModel written(Subject subject, LanguageModel model) {
    Map<String, LowRank> changes = model.adapters().factors("hardened");
    Path base = subject.loaded().location().path();
    try (StageProgressBar bar = new StageProgressBar(context)) {
      return MergedModel.write(
          base,
          changes,
          out,
          (name, done) -> bar.at("weights", done, Math.max(done, changes.size())));
    }
  }

  private static float[] logits(LanguageModel model, Prompt question) {
    ForwardRequest all = ForwardRequest.logitsAt(Positions.ALL);
    try (ForwardResult result = model.forward(List.of(question), all);
        Scope scope = Scope.open()) {
      return result.logits(0).toFloats();
    }
  }

  /// Loads what was written and compares.
  private static double difference(Path model, float[] expected, Prompt question) {
    try (LanguageModel merged = LanguageModel.load(model, DType.FLOAT32, Device.CPU)) {
      float[] found = logits(merged, question);
      double largest = 0;
      double most = 0;
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        most = Math.max(most, Math.abs(expected[i] - found[i]));
      }
      if (!(most <= CLOSE * largest)) {
        throw new CliException(
            ErrorCode.CHECK_FAILED,
            "the model in %s computes other logits than base and adapter: they differ by %.2g of the largest"
                .formatted(model, most / largest));
      }
      return most / largest;
    }
  }

  private static String card(Path adapter) {
    Path card = adapter.resolve("README.md");
    try {
      return AdapterCard.merged(Files.readString(card));
    } catch (IOException e) {
      throw new CliException(ErrorCode.NOT_FOUND, "cannot read the model card " + card, e);
    }
  }

  private void print(MergedModel merged, double difference) {
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("model", merged.model().toString());
      document.put("tensors", merged.tensors());
      document.put("logitDifference", difference);
      context.console().print(DocumentJson.write(document));
    } else {
      context
          .console()
          .line(
              "%s: %d tensors; logits differ from base and adapter by %.1e of the largest"
                  .formatted(merged.model(), merged.tensors(), difference));
    }
  }
}
