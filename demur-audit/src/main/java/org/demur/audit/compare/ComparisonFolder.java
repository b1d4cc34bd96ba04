package org.demur.audit.compare;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.demur.audit.AuditException;
import org.demur.core.ErrorCode;
import org.demur.data.store.RunDescription;
import org.demur.data.store.RunFolder;
import org.demur.report.ComparisonReport;
import org.demur.report.ComparisonReportJson;
import org.demur.report.page.HtmlComparison;

/// Keeps a comparison in a folder of its own, as `comparison.json` and `comparison.html`; nothing
/// is ever overwritten.
public final class ComparisonFolder {
  /// What folders of comparisons are marked with.
  public static final String KIND = "comparison";

  private static final int MOST_OF_ONE_NAME = 10_000;
  private static final int LONGEST_NAME = 80;

  private ComparisonFolder() {}

  /// Writes a comparison to a new folder `comparisons/A-vs-B` beside the first run, with a number
  /// when there is one already.
  ///
  /// @param firstRun folder of the first run, or its `report.json`
  /// @param seed seed that the comparison was made with
  /// @return the page
  /// @throws org.demur.core.DemurException when it cannot be written
  public static Path writeBeside(Path firstRun, ComparisonReport report, long seed) {
    Path run = ComparedRun.folderOf(firstRun);
    Path parent = Optional.ofNullable(run.getParent()).orElse(run).resolve("comparisons");
    String name = name(report.first().run()) + "-vs-" + name(report.second().run());
    return write(unused(parent, name), report, seed);
  }

  /// Writes a comparison to `folder`, which must be missing or empty.
  ///
  /// @param seed seed that the comparison was made with
  /// @return the page
  /// @throws org.demur.core.DemurException when it cannot be written, or holds something
  public static Path writeTo(Path folder, ComparisonReport report, long seed) {
    Path absolute = folder.toAbsolutePath().normalize();
    if (Files.isDirectory(absolute) && !isEmpty(absolute)) {
      throw new AuditException(
          ErrorCode.IO,
          "%s is not empty, and a comparison overwrites nothing; choose another folder"
              .formatted(folder));
    }
    return write(absolute, report, seed);
  }

  private static Path write(Path path, ComparisonReport report, long seed) {
    RunDescription description =
        new RunDescription(
            KIND,
            report.first().run() + " vs " + report.second().run(),
            Map.of(
                "first", report.first().run(),
                "second", report.second().run(),
                "seed", Long.toString(seed)));
    RunFolder folder =
        RunFolder.createAt(path, description, Instant.now().truncatedTo(ChronoUnit.SECONDS));
    ComparisonReportJson.write(report, folder.file("comparison.json"));
    Path page = folder.file("comparison.html");
    HtmlComparison.write(report, page);
    return page;
  }

  /// Makes the first folder of a name that nobody has; making it is what claims it.
  private static Path unused(Path parent, String name) {
    try {
      Files.createDirectories(parent);
      for (int number = 1; number <= MOST_OF_ONE_NAME; number++) {
        Path folder = parent.resolve(number == 1 ? name : name + "-" + number);
        if (made(folder)) {
          return folder;
        }
      }
    } catch (IOException e) {
      throw cannot("write", parent, e);
    }
    throw new AuditException(
        ErrorCode.IO, "there are too many comparisons %s in %s".formatted(name, parent));
  }

  private static boolean made(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static boolean isEmpty(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      throw cannot("read", folder, e);
    }
  }

  private static AuditException cannot(String what, Path path, IOException failure) {
    return new AuditException(
        ErrorCode.IO,
        "cannot %s %s: %s (%s)"
            .formatted(what, path, failure.getClass().getSimpleName(), failure.getMessage()));
  }

  /// A run's id as a part of a file name on every system; the id comes from a file of anybody's.
  private static String name(String id) {
    String safe = id.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[.-]+|[.-]+$", "");
    String cut = safe.length() > LONGEST_NAME ? safe.substring(0, LONGEST_NAME) : safe;
    return cut.isEmpty() ? "run" : cut;
  }
}
