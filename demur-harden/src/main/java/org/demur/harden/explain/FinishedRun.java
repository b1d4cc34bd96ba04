package org.demur.harden.explain;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.demur.core.ErrorCode;
import org.demur.data.store.RowLog;
import org.demur.data.store.RunFolder;
import org.demur.model.ModelIdentity;
import org.demur.report.RobustnessReport;
import org.demur.report.RobustnessReportJson;
import org.demur.train.HardeningProfile;

/// The folder of a finished hardening, checked: its states with their adapters, and the replies
/// that were kept.
public final class FinishedRun {
  private static final String REPORT = "report.json";
  private static final String JOURNAL = "attacks.jsonl";
  private static final String WITH_ADAPTER = " with adapter ";
  private static final String HELD_OUT = "held-out/";

  /// Of the held-out replies those that count; runs of earlier versions have none.
  private static final String KEPT = "kept/";

  private static final String PUBLISHED = "refat-published";
  private static final String BEFORE = "before";
  private static final Pattern KEY = Pattern.compile("[a-z0-9-]{1,40}");
  private static final List<String> ADAPTER_FILES =
      List.of("adapter_config.json", "adapter_model.safetensors");

  /// A state of the model.
  ///
  /// @param key stable name
  /// @param name in words
  /// @param adapter folder of its adapter; empty for the base model
  public record State(String key, String name, Optional<Path> adapter) {}

  private final RunFolder folder;
  private final RobustnessReport report;
  private final HardeningProfile profile;
  private final List<State> states;
  private final Map<String, int[]> replies;

  private FinishedRun(RunFolder folder, RobustnessReport report) {
    this.folder = folder;
    this.report = report;
    this.profile = profile(folder);
    this.states = report.arms().stream().map(this::state).toList();
    this.replies = replies(folder);
  }

  /// Reads a folder.
  ///
  /// @param kind of its run, as in `run.json`
  /// @throws org.demur.core.DemurException with `NOT_FOUND` when there is no folder or an adapter
  ///   is missing, with `FILE_FORMAT` when it is no finished hardening; the message names the stage
  ///   that is missing
  public static FinishedRun open(Path path, String kind) {
    RunFolder folder = RunFolder.open(path, kind);
    missing(folder)
        .ifPresent(
            stage -> {
              throw new ExplainException(
                  ErrorCode.FILE_FORMAT,
                  "%s is not finished: %s is missing; demur harden with --out %s --resume goes on"
                      .formatted(path, stage, path));
            });
    return new FinishedRun(folder, RobustnessReportJson.read(folder.file(REPORT)));
  }

  /// The first stage that has not left what it leaves.
  private static Optional<String> missing(RunFolder folder) {
    if (!Files.exists(folder.file("replies.jsonl"))) {
      return Optional.of("the stage \"the model's own replies\" (replies.jsonl)");
    }
    if (!Files.exists(folder.file(JOURNAL)) || replies(folder).isEmpty()) {
      return Optional.of("the stage \"replies to keep\" (attacks.jsonl)");
    }
    String method = method(folder);
    for (String arm : List.of("rt", method)) {
      boolean begun = Files.exists(folder.file(arm)) || arm.equals(method);
      if (begun && !Files.exists(folder.file(REPORT)) && !finished(folder.file(arm))) {
        return Optional.of("the training \"%s\" (its adapter)".formatted(arm));
      }
    }
    return Files.exists(folder.file(REPORT))
        ? Optional.empty()
        : Optional.of("the stage after the trainings (report.json)");
  }

  /// The card is what a training writes last.
  private static boolean finished(Path arm) {
    return Files.exists(arm.resolve("adapter").resolve("README.md"));
  }

  private static String method(RunFolder folder) {
    String method = folder.configuration().getOrDefault("method", "");
    if (!KEY.matcher(method).matches()) {
      throw damaged(folder, "run.json names no method");
    }
    return folder.description().label().endsWith("-" + PUBLISHED) ? PUBLISHED : method;
  }

  private static HardeningProfile profile(RunFolder folder) {
    String label = folder.configuration().getOrDefault("profile", "");
    for (HardeningProfile known : HardeningProfile.values()) {
      if (known.label().equals(label)) {
        return known;
      }
    }
    throw damaged(folder, "run.json names no profile that is known (quick, standard)");
  }

  private static ExplainException damaged(RunFolder folder, String what) {
    return new ExplainException(
        ErrorCode.FILE_FORMAT, "%s cannot be explained: %s".formatted(folder.path(), what));
  }

  private State state(RobustnessReport.Arm arm) {
    if (!KEY.matcher(arm.key()).matches()) {
      throw damaged(folder, "report.json has a state without a name that is accepted");
    }
    // the run may have been moved since, so that its own adapters are looked for inside of it
    Optional<Path> adapter =
        arm.key().equals(BEFORE)
            ? arm.adapter().map(Path::of)
            : Optional.of(folder.file(arm.key()).resolve("adapter"));
    return new State(arm.key(), arm.name(), adapter);
  }

  /// Checks that the adapters of all states are there, and that the run began with the one that is.
  ///
  /// @throws ExplainException with `NOT_FOUND` when one is missing, with `RUN_MISMATCH` when the
  ///   run began with another one
  void requireAdapters() {
    states.forEach(state -> state.adapter().ifPresent(path -> requireAdapter(state.key(), path)));
    String start = folder.configuration().getOrDefault("start", "");
    int hash = start.indexOf(WITH_ADAPTER);
    Optional<Path> before = states.getFirst().adapter();
    if (hash >= 0 && states.getFirst().key().equals(BEFORE) && before.isPresent()) {
      String then = start.substring(hash + WITH_ADAPTER.length());
      String now = ModelIdentity.hash(before.get());
      if (!now.equals(then)) {
        throw new ExplainException(
            ErrorCode.RUN_MISMATCH,
            "%s began with another adapter than the one that is at %s now: hash %.12s then, %.12s now"
                .formatted(folder.path(), before.get(), then, now));
      }
    }
  }

  private static void requireAdapter(String key, Path adapter) {
    for (String name : ADAPTER_FILES) {
      if (!Files.isRegularFile(adapter.resolve(name))) {
        throw new ExplainException(
            ErrorCode.NOT_FOUND,
            "the adapter of the state \"%s\" is missing: there is no %s"
                .formatted(key, adapter.resolve(name)));
      }
    }
  }

  /// Token ids of the helpful replies to everyday test requests from before the run, by request.
  private static Map<String, int[]> replies(RunFolder folder) {
    Map<String, Map<String, Object>> rows = RowLog.read(folder.file(JOURNAL));
    String which = rows.keySet().stream().anyMatch(id -> id.startsWith(KEPT)) ? KEPT : HELD_OUT;
    Map<String, int[]> replies = new LinkedHashMap<>();
    rows.forEach(
        (id, row) -> {
          if (id.startsWith(which) && row.get("tokens") instanceof List<?> tokens) {
            replies.put(id.substring(which.length()), ids(folder, tokens));
          }
        });
    return replies;
  }

  private static int[] ids(RunFolder folder, List<?> tokens) {
    List<Integer> ids = new ArrayList<>();
    for (Object token : tokens) {
      if (!(token instanceof Long id) || id < 0 || id > Integer.MAX_VALUE) {
        throw damaged(folder, "attacks.jsonl has a reply whose tokens are no token ids");
      }
      ids.add(id.intValue());
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /// A file of the folder.
  public Path file(String name) {
    return folder.file(name);
  }

  /// Where it is.
  public Path path() {
    return folder.path();
  }

  /// When the hardening was started, ISO 8601.
  public String created() {
    return folder.created().toString();
  }

  /// The model that was hardened, as it was named.
  public String model() {
    return report.model();
  }

  /// Hash of the model that was hardened, without that of an adapter.
  public String modelHash() {
    String start = folder.configuration().getOrDefault("start", "");
    int end = start.indexOf(' ');
    return end < 0 ? start : start.substring(0, end);
  }

  /// Whether the run trained on a user's own rows; analyses use Demur's prompts all the same.
  public boolean ownData() {
    String prompts = folder.configuration().getOrDefault("prompts", "");
    return prompts.contains("sha256");
  }

  /// Type of weights and activations in the run, as on the command line.
  public String dtype() {
    return folder.configuration().getOrDefault("dtype", "fp32").toLowerCase(Locale.ROOT);
  }

  /// How thorough the run was.
  public HardeningProfile profile() {
    return profile;
  }

  /// Seed of the run.
  public long seed() {
    return report.seed();
  }

  /// States of the model, in the order in which they came to be; at least one.
  public List<State> states() {
    return states;
  }

  /// The reply that the model before gave to a request, if it is kept and not empty.
  Optional<int[]> reply(String request) {
    return Optional.ofNullable(replies.get(request))
        .filter(ids -> ids.length > 0)
        .map(int[]::clone);
  }
}
