package org.demur.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.demur.attacks.Victim;
import org.demur.data.LabelledRows;
import org.demur.data.PromptSet;
import org.demur.data.store.RowLog;
import org.demur.data.store.RunDescription;
import org.demur.data.store.RunFolder;
import org.demur.directions.RefusalTokens;
import org.demur.harden.Arms;
import org.demur.harden.AttackBudget;
import org.demur.harden.AttackName;
import org.demur.harden.AttackPrompts;
import org.demur.harden.Battery;
import org.demur.harden.RobustnessBuilder;
import org.demur.harden.StageTimes;
import org.demur.harden.finetune.FineTuneSettings;
import org.demur.model.Speaker;
import org.demur.report.RobustnessReport;
import org.demur.report.RobustnessReportJson;
import org.demur.report.page.HtmlRobustness;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Attacks a model of one's own, to see what its refusal holds against.
@Command(
    name = "attack",
    description = {
      "Attack a model of your own: does its refusal hold without its refusal direction, behind an"
          + " opener, a soft prompt, a suffix?",
      "Requests are Demur's test pairs, or those of --data; directions come from other splits and are computed on the"
          + " model itself. Replies are judged, hashed and dropped (see --keep-replies). Nothing here changes the model.",
      "fine-tune trains an adapter in memory on harmful train prompts that are answered with bare"
          + " openers, says whether the belief of harmfulness survives it, and throws the adapter"
          + " away. It is made by itself and is not part of all. none only asks the requests."
    },
    footer = {
      "",
      "Examples:",
      "  demur attack smollm2 --adapter hardened/adapter --budget quick",
      "  demur attack smollm2 --adapter hardened/adapter --attack gcg --attack soft-prompt",
      "  demur attack smollm2 --adapter hardened/adapter --attack none --data requests.csv",
      "  demur attack smollm2 --adapter hardened/adapter --attack fine-tune --budget quick"
    })
final class AttackCommand implements Callable<Integer> {
  private static final String KIND = "demur-attack-1";
  private static final String NO_ATTACK = "none";
  private static final List<AttackName> USUAL =
      List.of(
          AttackName.RFA,
          AttackName.RFA_LAYERS,
          AttackName.RFA_SUBSPACE,
          AttackName.RFA_MULTI,
          AttackName.PREFILL);

  private final Context context;

  @Mixin private final ModelOptions options = new ModelOptions();

  @Option(
      names = "--attack",
      split = ",",
      paramLabel = "NAME",
      description = {
        "rfa, rfa-layers, rfa-subspace, rfa-multi, rfa-transfer, prefill, templates, soft-prompt,"
            + " embedding-ball, gcg or all; may be repeated (default: those that need no"
            + " optimisation: rfa, rfa-layers, rfa-subspace, rfa-multi, prefill). Or fine-tune, or"
            + " none, alone."
      })
  private List<String> attacks = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = {
        "Requests instead of Demur's: a table (JSONL, JSON, CSV, TSV, Parquet, data set folder) with"
            + " the columns prompt and label (harmful or harmless); its test split where it has one,"
            + " all rows otherwise. Directions still come from Demur's prompts."
      })
  private @Nullable Path data;

  @Option(
      names = "--budget",
      paramLabel = "NAME",
      description = "quick or standard: prompts, tokens and steps (default: standard).")
  private String budget = "standard";

  @Option(
      names = "--utility",
      paramLabel = "N",
      description =
          "Harmless train prompts with the model's own replies that fine-tune trains on, too"
              + " (default: 0).")
  private int utility;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of whatever is drawn (default: 0).")
  private long seed;

  @Option(
      names = "--keep-replies",
      description =
          "Keep the texts of the replies in attacks.jsonl of the run's folder, to check the judge."
              + " They may be harmful.")
  private boolean keepReplies;

  @Mixin private final RunFolderOptions folders = new RunFolderOptions();

  @Option(names = "--json", description = "Print one JSON document and nothing else.")
  private boolean json;

  AttackCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    AttackBudget allowed = budget();
    if (attacks.equals(List.of(FineTuneRun.NAME))) {
      if (data != null) {
        throw CliException.usage("--attack fine-tune has its own requests: leave --data out");
      }
      if (keepReplies) {
        throw CliException.usage(
            "--attack fine-tune never keeps replies: leave --keep-replies out");
      }
      FineTuneSettings settings = FineTuneSettings.of(allowed, utility, seed);
      return new FineTuneRun(context, settings, folders, json).run(options);
    }
    if (utility != 0) {
      throw CliException.usage("--utility is for --attack fine-tune only");
    }
    List<AttackName> names = names(attacks, USUAL);
    folders.check();
    Optional<PromptSet> requests =
        Optional.ofNullable(data).map(LabelledRows::read).map(LabelledRows::requests);
    try (Subject subject = Subject.load(options, context, false)) {
      context.console().note(Provenance.line(subject.loaded()));
      RunFolder folder = folder(subject, names, allowed, requests);
      AttackPrompts prompts =
          requests
              .map(own -> AttackPrompts.builtIn(allowed).against(own))
              .orElseGet(() -> AttackPrompts.builtIn(allowed));
      RobustnessReport report = attacked(subject, names, allowed, prompts, folder, notes(requests));
      publish(report, folder, context, json);
      return ExitCodes.FINE;
    }
  }

  private AttackBudget budget() {
    for (AttackBudget known : AttackBudget.values()) {
      if (known.label().equals(budget)) {
        return known;
      }
    }
    throw CliException.usage("unknown budget \"%s\"; known: quick, standard".formatted(budget));
  }

  /// The attacks of names on the command line.
  ///
  /// @param usual what is meant when none is given
  static List<AttackName> names(List<String> given, List<AttackName> usual) {
    if (given.isEmpty()) {
      return usual;
    }
    if (given.contains(NO_ATTACK)) {
      if (given.size() > 1) {
        throw CliException.usage("--attack none stands alone: it goes with no other attack");
      }
      return List.of();
    }
    Set<AttackName> names = new TreeSet<>();
    for (String name : given) {
      if (name.equals("all")) {
        names.addAll(List.of(AttackName.values()));
        continue;
      }
      if (name.equals(FineTuneRun.NAME)) {
        throw CliException.usage(
            "fine-tune is made by itself: demur attack MODEL --attack fine-tune");
      }
      names.add(
          AttackName.ofLabel(name)
              .orElseThrow(
                  () ->
                      CliException.usage(
                          "unknown attack \"%s\"; known: %s, all, and fine-tune or none by itself"
                              .formatted(name, String.join(", ", AttackName.labels())))));
    }
    return List.copyOf(names);
  }

  private RunFolder folder(
      Subject subject, List<AttackName> names, AttackBudget allowed, Optional<PromptSet> requests) {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("model", subject.loaded().hash());
    subject.loaded().adapterHash().ifPresent(hash -> configuration.put("adapter", hash));
    configuration.put("dtype", subject.loaded().dtype());
    configuration.put("budget", allowed.label());
    configuration.put("seed", "" + seed);
    configuration.put("attacks", String.join(", ", names.stream().map(AttackName::label).toList()));
    if (keepReplies) {
      configuration.put("replies", "kept");
    }
    requests.ifPresent(own -> configuration.put("data", own.name() + ", sha256 " + own.sha256()));
    String label = subject.loaded().location().name() + "-attack";
    return folders.folder(new RunDescription(KIND, label, configuration));
  }

  private List<String> notes(Optional<PromptSet> requests) {
    List<String> notes = new ArrayList<>();
    requests.ifPresent(
        own ->
            notes.add(
                "The requests are those of %s (sha256 %s).".formatted(own.name(), own.sha256())));
    if (keepReplies) {
      notes.add("The texts of the replies are in attacks.jsonl. They may be harmful.");
    }
    folders.note().ifPresent(notes::add);
    return notes;
  }

  private RobustnessReport attacked(
      Subject subject,
      List<AttackName> names,
      AttackBudget allowed,
      AttackPrompts prompts,
      RunFolder folder,
      List<String> notes) {
    Speaker speaker = subject.speaker();
    StageTimes times = new StageTimes(speaker.model());
    try (RowLog log = RowLog.open(folder.file("attacks.jsonl"));
        StageProgressBar bar = new StageProgressBar(context)) {
      Arms arms =
          new Arms(
              speaker,
              prompts,
              new Arms.Settings(names, allowed, allowed.maxNewTokens(), keepReplies, seed),
              log,
              (stage, done, total) -> {
                times.at(stage, done, total);
                bar.at(stage, done, total);
              });
      Optional<Battery.Transferred> transferred =
          names.contains(AttackName.RFA_TRANSFER) ? transferred(speaker, arms) : Optional.empty();
      List<Path> adapters = subject.loaded().adapters();
      String name = adapters.isEmpty() ? "as it is" : "with its adapter";
      Arms.State state =
          new Arms.State("model", name, adapters.stream().findFirst().map(Path::toString));
      Arms.Measured measured = arms.measure(state, transferred, List.of(), 0);
      RobustnessBuilder.Subject about =
          new RobustnessBuilder.Subject(
              folder.path().toString(),
              folder.created().toString(),
              subject.loaded().location().name(),
              allowed.label() + " budget",
              seed,
              notes);
      return RobustnessBuilder.of(
          about, List.of(measured.result()), List.of(), times.costs(List.of(measured.result())));
    }
  }

  /// The direction of the model without its adapters.
  private Optional<Battery.Transferred> transferred(Speaker speaker, Arms arms) {
    List<String> active = speaker.model().adapters().active();
    if (active.isEmpty()) {
      context
          .console()
          .note(
              "rfa-transfer is left out: without an adapter there is no other model to take from");
      return Optional.empty();
    }
    speaker.model().adapters().activate(List.of());
    try {
      Victim bare = new Victim(speaker, RefusalTokens.usual(speaker.tokenizer()));
      return Optional.of(
          new Battery.Transferred(arms.battery(bare).chosen(), "the model without its adapters"));
    } finally {
      speaker.model().adapters().activate(active);
    }
  }

  /// Writes a report into its folder and prints it.
  static void publish(RobustnessReport report, RunFolder folder, Context context, boolean json) {
    RobustnessReportJson.write(report, folder.file("report.json"));
    Path page = folder.file("report.html");
    HtmlRobustness.write(report, page);
    if (json) {
      context.console().print(RobustnessReportJson.write(report));
      context.console().note("report: " + page);
    } else {
      new RobustnessText(report).print(context.console());
      context.console().line("");
      context.console().line("report: " + page);
    }
  }
}
