package org.demur.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.demur.data.store.RunDescription;
import org.demur.data.store.RunFolder;
import org.demur.harden.HardeningSubject;
import org.demur.harden.RobustnessBuilder;
import org.demur.harden.StageTimes;
import org.demur.harden.finetune.FineTuneAttack;
import org.demur.harden.finetune.FineTuneBuilder;
import org.demur.harden.finetune.FineTuneResult;
import org.demur.harden.finetune.FineTuneSettings;
import org.demur.report.FineTuneReport;
import org.demur.report.FineTuneReportJson;
import org.demur.report.page.HtmlFineTune;

/// `demur attack MODEL --attack fine-tune`: trains an adapter in memory on bare openers, measures
/// before and after, and throws it away.
final class FineTuneRun {
  /// Its name on the command line.
  static final String NAME = "fine-tune";

  private static final String KIND = "demur-fine-tune-1";

  private final Context context;
  private final FineTuneSettings settings;
  private final RunFolderOptions folders;
  private final boolean json;

  /// @param json whether one JSON document is printed and nothing else
  FineTuneRun(Context context, FineTuneSettings settings, RunFolderOptions folders, boolean json) {
    this.context = context;
    this.settings = settings;
    this.folders = folders;
    this.json = json;
  }

  /// Attacks a model and publishes what was found.
  int run(ModelOptions options) {
    folders.check();
    try (Subject subject = Subject.load(options, context, false)) {
      context.console().note(Provenance.line(subject.loaded()));
      RunFolder folder = folder(subject);
      publish(attacked(subject, folder), folder);
      return ExitCodes.FINE;
    }
  }

  private RunFolder folder(Subject subject) {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("model", subject.loaded().hash());
    subject.loaded().adapterHash().ifPresent(hash -> configuration.put("adapter", hash));
    configuration.put("dtype", subject.loaded().dtype());
    configuration.putAll(settings.configuration());
    String label = subject.loaded().location().name() + "-" + NAME;
    return folders.folder(new RunDescription(KIND, label, configuration));
  }

  private FineTuneReport attacked(Subject subject, RunFolder folder) {
    Optional<String> adapter = subject.loaded().adapters().stream().findFirst().map(Path::toString);
    String name = subject.loaded().location().name();
    HardeningSubject attacked =
        new HardeningSubject(subject.speaker(), name, adapter, subject.loaded().hash());
    StageTimes times = new StageTimes(subject.loaded().model());
    try (HardeningBars bars = new HardeningBars(context, times, folder)) {
      FineTuneAttack attack =
          new FineTuneAttack(attacked, subject.fingerprint(), settings, folder, bars);
      FineTuneResult result = bars.stoppable(attack::run);
      RobustnessBuilder.Subject about =
          new RobustnessBuilder.Subject(
              folder.path().toString(),
              folder.created().toString(),
              name,
              settings.budget().label() + " budget",
              settings.seed(),
              folders.note().stream().toList());
      return FineTuneBuilder.of(about, adapter, result, times.costs(result.arms()));
    }
  }

  private void publish(FineTuneReport report, RunFolder folder) {
    FineTuneReportJson.write(report, folder.file("report.json"));
    Path page = folder.file("report.html");
    HtmlFineTune.write(report, page);
    if (json) {
      context.console().print(FineTuneReportJson.write(report));
      context.console().note("report: " + page);
    } else {
      new FineTuneText(report).print(context.console());
      context.console().line("");
      context.console().line("report: " + page);
    }
  }
}
