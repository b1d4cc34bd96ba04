package org.demur.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.demur.data.table.TableBounds;
import org.demur.data.table.TableFiles;

/// Reads prompts from a file (JSON Lines, a JSON array, CSV, TSV, Parquet, a text a line) or from a
/// Hugging Face data set folder.
///
/// **Errors.** One sentence with file, line and field ([DataException],
/// [org.demur.data.table.TableException], [org.demur.data.store.StoreException]) for a file that is
/// missing, too large, not UTF-8, broken, or empty, and for a prompt that is missing, blank, no
/// string, or longer than 100,000 characters.
public final class PromptFiles {
  /// How many characters a prompt may have.
  public static final int MAX_TEXT_CHARS = 100_000;

  private PromptFiles() {}

  /// Reads the prompts in the order of the file.
  public static List<PromptText> read(Path file, ReadOptions options) {
    return read(file, options, TableBounds.DEFAULTS, MAX_TEXT_CHARS);
  }

  static List<PromptText> read(
      Path file, ReadOptions options, TableBounds bounds, int maxTextChars) {
    PromptCollector collector = new PromptCollector(options, maxTextChars);
    List<Path> parts = Files.isDirectory(file) ? DatasetFolder.files(file) : List.of(file);
    for (Path part : parts) {
      if (!collector.isWanted()) {
        break;
      }
      collector.nextFile();
      TableFiles.read(part, bounds, collector);
      if (collector.count() > bounds.maxRows()) {
        throw DataException.content(
            "%s has more than the %d rows that are accepted".formatted(file, bounds.maxRows()));
      }
    }
    List<PromptText> prompts = collector.prompts();
    if (prompts.isEmpty()) {
      throw DataException.content(file + " holds no prompts");
    }
    return prompts;
  }
}
