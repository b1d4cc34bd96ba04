package org.demur.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.demur.data.store.RunDescription;
import org.demur.data.store.RunFolder;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a run keeps what it finds, and whether it goes on with an interrupted one.
final class RunFolderOptions {
  private static final Path DEFAULT_PARENT = Path.of("demur-runs");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of this run, which must not exist (default: a new one in demur-runs).")
  private @Nullable Path out;

  @Option(names = "--resume", description = "Go on with the interrupted run in --out.")
  private boolean resume;

  /// Checks what can be checked before a model is loaded.
  ///
  /// @throws CliException for `--resume` without `--out`
  void check() {
    if (resume && out == null) {
      throw CliException.usage("--resume needs --out, the folder of the run that goes on");
    }
  }

  /// What a report has to say of its costs when the run goes on with an interrupted one.
  Optional<String> note() {
    return resume
        ? Optional.of(
            "The run was resumed: time, passes and tokens under Costs are those since then.")
        : Optional.empty();
  }

  /// The folder of a run: a new one, or that of the interrupted run.
  ///
  /// @throws org.demur.data.store.StoreException when it holds another run or is not ours
  RunFolder folder(RunDescription description) {
    Path wanted = out;
    if (wanted == null) {
      return RunFolder.create(DEFAULT_PARENT, description, Instant.now());
    }
    return resume
        ? RunFolder.resume(wanted, description)
        : RunFolder.createAt(wanted, description, Instant.now());
  }
}
