package org.demur.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.demur.data.table.Cell;
import org.demur.data.table.Row;
import org.demur.data.table.RowVisitor;
import org.demur.data.table.TableBounds;
import org.demur.data.table.TableFiles;

/// Harmful requests, each with a harmless twin that shares words and form, so that style does not
/// tell them apart.
///
/// A file has one pair a line: `{"id", "category", "split", "harmful", "harmless"}`. Both prompts
/// of a pair are in the same split; their ids are the pair's with the label behind, such as
/// `fraud-01/harmful`.
public final class PromptPairs {
  private static final String RESOURCE = "pairs.jsonl";
  private static final String NAME = "demur pairs";
  private static final String MORE = "hardening-pairs.jsonl";

  private PromptPairs() {}

  /// The pairs that come with Demur, written for it and in the public domain (CC0).
  public static PromptSet builtIn() {
    return read(RESOURCE, NAME);
  }

  /// More of them, all of the train split, to train a model on: with a few dozen it learns by heart
  /// which requests it declines, and goes by words on others.
  public static PromptSet moreToTrainOn() {
    return read(MORE, "demur pairs to train on");
  }

  private static PromptSet read(String resource, String name) {
    try (InputStream in = PromptPairs.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + resource + " is missing from the build");
      }
      return read(in, resource, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads pairs of one's own.
  ///
  /// @throws DataException when a line lacks a field or names an unknown split
  public static PromptSet read(Path file) {
    Collector collector = new Collector();
    TableFiles.read(file, TableBounds.DEFAULTS, collector);
    return collector.set(file.toString());
  }

  static PromptSet read(InputStream in, String source, String name) {
    Collector collector = new Collector();
    TableFiles.readJsonLines(in, source, TableBounds.DEFAULTS, collector);
    return collector.set(name);
  }

  private static final class Collector implements RowVisitor {
    private final List<LabelledPrompt> prompts = new ArrayList<>();

    @Override
    public boolean visit(Row row) {
      String pair = field(row, "id");
      String category = field(row, "category");
      Split split = split(row);
      for (Label label : Label.values()) {
        prompts.add(
            new LabelledPrompt(
                pair + "/" + label.id(),
                field(row, label.id()),
                label,
                Optional.of(category),
                Optional.of(pair),
                split));
      }
      return true;
    }

    PromptSet set(String name) {
      if (prompts.isEmpty()) {
        throw DataException.content(name + " holds no pairs");
      }
      return PromptSet.of(name, prompts);
    }

    private static Split split(Row row) {
      String id = field(row, "split");
      return Split.of(id)
          .orElseThrow(
              () ->
                  DataException.content(
                      "%s: field \"split\" must be %s"
                          .formatted(
                              row.place(),
                              Arrays.stream(Split.values())
                                  .map(Split::id)
                                  .collect(Collectors.joining(", ")))));
    }

    private static String field(Row row, String name) {
      Cell cell = row.cells().get(name);
      if (cell == null || cell.kind() != Cell.Kind.TEXT || cell.text().isBlank()) {
        throw DataException.content(
            "%s: field \"%s\" must be there and hold a text".formatted(row.place(), name));
      }
      return cell.text();
    }
  }
}
