package org.demur.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.demur.core.Hashes;
import org.demur.data.table.TableBounds;
import org.demur.data.table.TableFiles;

/// Prompts of one file that says of each whether it is harmful, with replies where the file has
/// them.
///
/// **Columns.** The prompt in one of [ReadOptions#USUAL_FIELDS]; `label` (`harmful` or `harmless`);
/// and where they are there `id`, `category`, `pair` (what a harmful prompt and its harmless twin
/// have in common), `split` (`train`, `validation`, `test`; without it every row is for training)
/// and `reply`.
///
/// @param prompts the rows in the file's order
/// @param replies replies by the ids of their prompts
public record LabelledRows(PromptSet prompts, Map<String, String> replies) {
  /// Copies the replies.
  public LabelledRows {
    replies = Map.copyOf(replies);
  }

  /// Reads a file of any format that [PromptFiles] knows, or a data set folder.
  ///
  /// @throws DataException with file, line and field for a row that has no label, an unknown one,
  ///   an id that is there twice, or a text that occurs with both labels
  public static LabelledRows read(Path file) {
    LabelledCollector collector = new LabelledCollector();
    List<Path> parts = Files.isDirectory(file) ? DatasetFolder.files(file) : List.of(file);
    for (Path part : parts) {
      TableFiles.read(part, TableBounds.DEFAULTS, collector);
    }
    return collector.rows(String.valueOf(file.getFileName()));
  }

  /// Hash of the replies with the ids of their prompts, SHA-256 in hexadecimal.
  public String repliesSha256() {
    MessageDigest digest = Hashes.sha256();
    new TreeMap<>(replies)
        .forEach(
            (id, reply) -> {
              PromptSet.update(digest, id);
              PromptSet.update(digest, reply);
            });
    return Hashes.hex(digest);
  }

  /// The prompts to measure with: those of the test split, all where there are none.
  ///
  /// @throws DataException when harmful or harmless ones are missing
  public PromptSet requests() {
    PromptSet test = prompts.in(Split.TEST);
    return (test.size() > 0 ? test : prompts).requireBothLabels();
  }
}
