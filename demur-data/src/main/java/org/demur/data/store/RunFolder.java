package org.demur.data.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.jspecify.annotations.Nullable;

/// The folder of one run, which no other run writes to.
///
/// A marker file, `run.json`, names the tool, the kind of report and the configuration; a folder
/// without it is not ours and nothing is ever written there.
///
/// **Errors.** [StoreException] with one sentence: a folder that is not ours, that is another
/// run's, or that cannot be written.
public final class RunFolder {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int LABEL_CHARS = 60;
  private static final int MOST_OF_ONE_NAME = 10_000;
  private static final int SHOWN_CHARS = 80;

  private final Path path;
  private final RunMarkerJson.Marker marker;

  private RunFolder(Path path, RunMarkerJson.Marker marker) {
    this.path = path;
    this.marker = marker;
  }

  /// Makes a new folder below `parent`, named after the time (UTC) and the label; a number is added
  /// where another run has the name.
  public static RunFolder create(Path parent, RunDescription description, Instant now) {
    String name = TIME.format(now) + "-" + slug(description.label());
    try {
      Files.createDirectories(parent);
      for (int number = 1; number <= MOST_OF_ONE_NAME; number++) {
        Path folder = parent.resolve(number == 1 ? name : name + "-" + number);
        if (made(folder)) {
          return marked(folder, description, now);
        }
      }
    } catch (IOException e) {
      throw StoreException.cannotWrite(parent.resolve(name), e);
    }
    throw new StoreException(ErrorCode.IO, "there are too many runs named " + name);
  }

  /// Makes exactly this folder a run folder; it must be missing or empty.
  public static RunFolder createAt(Path folder, RunDescription description, Instant now) {
    try {
      Files.createDirectories(folder);
      if (!isEmpty(folder)) {
        throw RunMarkerJson.read(folder).isPresent()
            ? new StoreException(
                ErrorCode.IO,
                folder + " holds a run already; continue it with --resume or choose another folder")
            : foreign(folder);
      }
    } catch (FileAlreadyExistsException e) {
      throw new StoreException(ErrorCode.IO, folder + " is a file, not a folder", e);
    } catch (IOException e) {
      throw StoreException.cannotWrite(folder, e);
    }
    return marked(folder, description, now);
  }

  /// Opens the folder of an interrupted run to go on with it.
  ///
  /// @throws StoreException when its kind or configuration differs from `description`; the message
  ///   lists the differences
  public static RunFolder resume(Path folder, RunDescription description) {
    RunFolder existing = open(folder, description.kind());
    List<String> differences = differences(existing.configuration(), description.configuration());
    if (!differences.isEmpty()) {
      throw new StoreException(
          ErrorCode.RUN_MISMATCH,
          "%s was started with another configuration and cannot be continued with this one: %s"
              .formatted(folder, String.join("; ", differences)));
    }
    return existing;
  }

  /// Opens the folder of a run for reading.
  ///
  /// @param kind the kind of report that is expected
  public static RunFolder open(Path folder, String kind) {
    if (!Files.isDirectory(folder)) {
      throw new StoreException(ErrorCode.NOT_FOUND, "there is no folder " + folder);
    }
    Optional<RunMarkerJson.Marker> marker = RunMarkerJson.read(folder);
    if (marker.isEmpty()) {
      throw foreign(folder);
    }
    String found = marker.get().description().kind();
    if (!found.equals(kind)) {
      throw new StoreException(
          ErrorCode.FILE_FORMAT,
          "%s holds a report of kind \"%s\"; expected \"%s\"".formatted(folder, found, kind));
    }
    return new RunFolder(folder, marker.get());
  }

  /// Where it is.
  public Path path() {
    return path;
  }

  /// A file in it.
  ///
  /// @throws IllegalArgumentException when the name leads out of the folder
  public Path file(String name) {
    Path file = path.resolve(name).normalize();
    if (!file.startsWith(path.normalize()) || file.equals(path.normalize())) {
      throw new IllegalArgumentException("\"" + name + "\" is not a name inside the run folder");
    }
    return file;
  }

  /// When the run was started.
  public Instant created() {
    return marker.created();
  }

  /// What the run was started as.
  public RunDescription description() {
    return marker.description();
  }

  /// What the run was started with.
  public Map<String, String> configuration() {
    return marker.description().configuration();
  }

  private static RunFolder marked(Path folder, RunDescription description, Instant now) {
    RunMarkerJson.Marker marker = new RunMarkerJson.Marker(now, description);
    RunMarkerJson.write(folder, marker);
    return new RunFolder(folder, marker);
  }

  private static boolean made(Path folder) throws IOException {
    try {
      Files.createDirectory(folder);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  private static StoreException foreign(Path folder) {
    return new StoreException(
        ErrorCode.FILE_FORMAT,
        "%s is not a report folder of demur (it has no %s of ours), so it is left alone"
            .formatted(folder, RunMarkerJson.FILE));
  }

  private static List<String> differences(Map<String, String> before, Map<String, String> now) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(now.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String old = shown(before.get(name));
      String asked = shown(now.get(name));
      if (!Objects.equals(before.get(name), now.get(name))) {
        differences.add("%s was %s, now %s".formatted(name, old, asked));
      }
    }
    return differences;
  }

  private static String shown(@Nullable String value) {
    if (value == null) {
      return "not set";
    }
    return value.length() > SHOWN_CHARS ? value.substring(0, SHOWN_CHARS) + "…" : value;
  }

  /// Letters, digits and hyphens, so that the name is one folder on every system.
  private static String slug(String label) {
    String slug =
        label.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    String cut = slug.length() > LABEL_CHARS ? slug.substring(0, LABEL_CHARS) : slug;
    return cut.isEmpty() ? "run" : cut;
  }
}
