package org.demur.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.demur.core.ErrorCode;
import org.demur.data.table.TableFormat;

/// A data set folder as Hugging Face lays it out: `README.md` and files below `data/`, or beside
/// it.
///
/// The files of one format are its rows, in the order of their names; where there are several
/// formats, Parquet comes before JSON Lines, JSON, CSV and TSV.
final class DatasetFolder {
  private static final int MAX_DEPTH = 3;
  private static final int MAX_FILES = 1_000;
  private static final List<TableFormat> PREFERRED =
      List.of(
          TableFormat.PARQUET,
          TableFormat.JSON_LINES,
          TableFormat.JSON_ARRAY,
          TableFormat.CSV,
          TableFormat.TSV);

  private DatasetFolder() {}

  /// The files that hold its rows.
  static List<Path> files(Path folder) {
    Path data = folder.resolve("data");
    Path searched = Files.isDirectory(data) ? data : folder;
    List<Path> all = list(searched, folder);
    for (TableFormat format : PREFERRED) {
      List<Path> files =
          all.stream()
              .filter(file -> TableFormat.ofName(file).equals(Optional.of(format)))
              .toList();
      if (!files.isEmpty()) {
        return files;
      }
    }
    throw DataException.content(
        "%s holds no data file; a data set folder has .parquet, .jsonl, .json, .csv or .tsv files, also below data/"
            .formatted(folder));
  }

  private static List<Path> list(Path searched, Path folder) {
    try (Stream<Path> paths = Files.walk(searched, MAX_DEPTH)) {
      List<Path> files =
          paths
              .filter(path -> isVisible(searched.relativize(path)))
              .filter(Files::isRegularFile)
              .limit(MAX_FILES + 1)
              .sorted(Comparator.comparing(path -> searched.relativize(path).toString()))
              .toList();
      if (files.size() > MAX_FILES) {
        throw DataException.content(
            "%s holds more than the %d files that are accepted".formatted(folder, MAX_FILES));
      }
      return files;
    } catch (IOException | UncheckedIOException e) {
      throw new DataException(ErrorCode.IO, "cannot list " + folder + ": " + e.getMessage());
    }
  }

  private static boolean isVisible(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return true;
  }
}
