package org.demur.harden;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntPredicate;
import org.demur.core.AtomicFiles;
import org.demur.data.store.RunFolder;
import org.demur.report.RobustnessReport;
import org.demur.train.AdapterCard;
import org.demur.train.StepReport;
import org.demur.train.Trainer;
import org.demur.train.TrainingData;
import org.demur.train.TrainingMetrics;
import org.demur.train.TrainingSettings;

/// One training of a run in a folder of its own: checkpoint, metrics, adapter with its card.
final class TrainedArm {
  /// Steps between two checkpoints; the same at all workers.
  static final int STEPS_PER_CHECKPOINT = 10;

  private static final String CHECKPOINT = "checkpoint.safetensors";
  private static final List<String> FILES =
      List.of("adapter_config.json", "adapter_model.safetensors", "README.md");

  /// Is told of every step.
  interface Listener {
    /// A step was taken.
    ///
    /// @param arm which training
    /// @param report of the step
    /// @param all steps of the training at most
    void at(String arm, StepReport report, int all);
  }

  private final HardeningSubject subject;
  private final String source;
  private final RunFolder folder;
  private final String arm;

  /// @param source where the prompts come from, for the model card
  /// @param arm name of the training and of its folder
  TrainedArm(HardeningSubject subject, String source, RunFolder folder, String arm) {
    this.subject = subject;
    this.source = source;
    this.folder = folder;
    this.arm = arm;
  }

  /// What a training begins with, for its configuration.
  static String start(HardeningSubject subject, String arm) {
    return subject.start() + ", " + arm;
  }

  String name() {
    return arm;
  }

  Path adapter() {
    return folder.file(arm).resolve("adapter");
  }

  /// Whether an earlier run finished it. The card is what is written last.
  boolean finished() {
    return Files.exists(adapter().resolve("README.md"));
  }

  /// Trains the adapter that is on, from its checkpoint where there is one.
  ///
  /// @param enough see [Trainer#run(java.util.function.Consumer, IntPredicate)]
  RobustnessReport.Training run(
      TrainingData data, TrainingSettings settings, IntPredicate enough, Listener listener) {
    String adapter = subject.speaker().model().adapters().active().getFirst();
    Trainer.Subject trained =
        new Trainer.Subject(subject.speaker().model(), adapter, start(subject, arm))
            .speaking(subject.speaker());
    Path own = folder.file(arm);
    Trainer.Checkpoints checkpoints =
        new Trainer.Checkpoints(own.resolve(CHECKPOINT), STEPS_PER_CHECKPOINT);
    try (Trainer trainer =
            new Trainer(trained, data, settings, checkpoints, subject.crew().workers());
        TrainingMetrics metrics = new TrainingMetrics(own.resolve("metrics.jsonl"))) {
      trainer.resume();
      trainer.run(
          report -> {
            metrics.add(report);
            listener.at(arm, report, settings.steps());
          },
          enough);
      subject.speaker().model().adapters().save(adapter, adapter(), subject.name());
      metrics.write(own.resolve("metrics.parquet"));
      AtomicFiles.writeText(
          adapter().resolve("README.md"),
          AdapterCard.of(subject.name(), trainer.configuration(), about(data), metrics.rows()));
      return report(trainer.configuration(), metrics.rows());
    }
  }

  /// What an earlier run trained, with the settings that it had.
  ///
  /// @throws org.demur.train.TrainException with `RUN_MISMATCH` when it had other data
  RobustnessReport.Training known(TrainingData data, TrainingSettings settings) {
    SequencedMap<String, String> configuration =
        Trainer.configurationOf(
            folder.file(arm).resolve(CHECKPOINT),
            Trainer.configuration(start(subject, arm), data, settings));
    try (TrainingMetrics metrics = new TrainingMetrics(folder.file(arm).resolve("metrics.jsonl"))) {
      return report(configuration, metrics.rows());
    }
  }

  /// Copies the adapter to where the run's own lies.
  Path copyTo(Path target) {
    for (String name : FILES) {
      Path from = adapter().resolve(name);
      AtomicFiles.write(target.resolve(name), out -> Files.copy(from, out));
    }
    return target;
  }

  private String about(TrainingData data) {
    return "%s: %d rows of harmful prompts with refusals, %d rows of harmless prompts with helpful replies (the model's own from before the training, where none are given); train splits only."
        .formatted(source, data.harmful().size(), data.utility().size());
  }

  private RobustnessReport.Training report(
      Map<String, String> configuration, List<Map<String, Object>> rows) {
    List<RobustnessReport.Step> steps = new ArrayList<>();
    for (Map<String, Object> row : rows) {
      steps.add(
          new RobustnessReport.Step(
              (int) number(row, "step"), number(row, "harmful_loss"), number(row, "utility_loss")));
    }
    RobustnessReport.Effort cost =
        new RobustnessReport.Effort(
            (long) sum(rows, "forward_passes"),
            (long) sum(rows, "backward_passes"),
            (long) sum(rows, "tokens"),
            sum(rows, "seconds"));
    return new RobustnessReport.Training(
        arm, configuration, steps, cost, sum(rows, "refresh_seconds"), List.of());
  }

  private static double sum(List<Map<String, Object>> rows, String name) {
    return rows.stream().mapToDouble(row -> number(row, name)).filter(Double::isFinite).sum();
  }

  private static double number(Map<String, Object> row, String name) {
    return row.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
