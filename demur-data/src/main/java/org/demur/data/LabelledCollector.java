package org.demur.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.demur.data.table.Cell;
import org.demur.data.table.Row;
import org.demur.data.table.RowVisitor;

/// Turns rows with labels into prompts and replies, and checks every one.
final class LabelledCollector implements RowVisitor {
  private static final String LABEL = "label";
  private static final int MAX_NAME_CHARS = 200;

  /// The columns of a row; rows of JSON Lines may have different ones.
  private record Columns(
      String text,
      String label,
      Optional<String> id,
      Optional<String> category,
      Optional<String> pair,
      Optional<String> split,
      Optional<String> reply) {
    static Columns in(Row row) {
      Collection<String> names = row.cells().keySet();
      String label =
          Fields.match(LABEL, names)
              .orElseThrow(
                  () ->
                      CheckedText.wrong(
                          row,
                          "there is no field \"label\", which says whether a prompt is harmful or"
                              + " harmless; it has "
                              + Fields.shown(names)));
      return new Columns(
          Fields.usual(row.place(), names),
          label,
          Fields.match("id", names),
          Fields.match("category", names),
          Fields.match("pair", names),
          Fields.match("split", names),
          Fields.match("reply", names));
    }
  }

  /// Where a text was seen first.
  private record Seen(Label label, String place) {}

  private final List<LabelledPrompt> prompts = new ArrayList<>();
  private final Map<String, String> replies = new LinkedHashMap<>();
  private final Map<String, Seen> texts = new HashMap<>();

  @Override
  public boolean visit(Row row) {
    Columns found = Columns.in(row);
    String text = CheckedText.of(row, found.text(), PromptFiles.MAX_TEXT_CHARS);
    Label label = named(row, found.label(), Label.values(), Label::id);
    String id = optional(row, found.id()).orElse("row " + (prompts.size() + 1));
    checkContradiction(row, text, label);
    prompts.add(
        new LabelledPrompt(
            id,
            text,
            label,
            optional(row, found.category()),
            optional(row, found.pair()),
            optional(row, found.split()).isPresent()
                ? named(row, found.split().orElseThrow(), Split.values(), Split::id)
                : Split.TRAIN));
    found
        .reply()
        .filter(field -> filled(row, field))
        .ifPresent(
            field -> replies.put(id, CheckedText.of(row, field, PromptFiles.MAX_TEXT_CHARS)));
    return true;
  }

  private void checkContradiction(Row row, String text, Label label) {
    Seen seen = texts.putIfAbsent(NormalisedText.of(text), new Seen(label, row.place()));
    if (seen != null && seen.label() != label) {
      throw CheckedText.wrong(
          row,
          "the same prompt is %s here and %s in %s; it can be only one"
              .formatted(label.id(), seen.label().id(), seen.place()));
    }
  }

  private static <T> T named(Row row, String field, T[] values, Function<T, String> name) {
    String given = CheckedText.of(row, field, MAX_NAME_CHARS).strip();
    return Arrays.stream(values)
        .filter(value -> name.apply(value).equalsIgnoreCase(given))
        .findFirst()
        .orElseThrow(
            () ->
                CheckedText.wrong(
                    row,
                    "field \"%s\" is none of %s"
                        .formatted(
                            field,
                            Arrays.stream(values).map(name).collect(Collectors.joining(", ")))));
  }

  private static boolean filled(Row row, String field) {
    Cell cell = row.cells().get(field);
    boolean empty = cell != null && cell.kind() == Cell.Kind.TEXT && cell.text().isBlank();
    return cell != null && cell.kind() != Cell.Kind.NULL && !empty;
  }

  private static Optional<String> optional(Row row, Optional<String> field) {
    Optional<Cell> cell = field.filter(name -> filled(row, name)).map(row.cells()::get);
    if (cell.isPresent()
        && (!cell.get().isScalar() || cell.get().text().length() > MAX_NAME_CHARS)) {
      throw CheckedText.wrong(
          row,
          "field \"%s\" is no string of at most %d characters"
              .formatted(field.orElseThrow(), MAX_NAME_CHARS));
    }
    return cell.map(value -> value.text().strip());
  }

  /// What was collected.
  ///
  /// @param name what reports call it
  LabelledRows rows(String name) {
    return new LabelledRows(PromptSet.of(name, prompts), replies);
  }
}
