package org.demur.data;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.demur.data.table.Cell;
import org.demur.data.table.Row;
import org.demur.data.table.RowVisitor;
import org.jspecify.annotations.Nullable;

/// Turns rows into prompts and checks every one.
final class PromptCollector implements RowVisitor {
  private static final int MAX_ID_CHARS = 200;
  private static final int MAX_CATEGORY_CHARS = 200;

  private final ReadOptions options;
  private final int maxTextChars;
  private final List<PromptText> prompts = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private boolean ownIds = true;
  private @Nullable Fields fields;

  PromptCollector(ReadOptions options, int maxTextChars) {
    this.options = options;
    this.maxTextChars = maxTextChars;
  }

  @Override
  public boolean visit(Row row) {
    if (!isWanted()) {
      return false;
    }
    if (fields == null) {
      fields = Fields.find(row, options);
    }
    String text = CheckedText.of(row, fields.text(), maxTextChars);
    prompts.add(new PromptText(id(row, fields), text, category(row, fields)));
    return isWanted();
  }

  /// Starts another file of the same data set, whose columns may have another order or case.
  void nextFile() {
    fields = null;
  }

  boolean isWanted() {
    return options.limit().isEmpty() || prompts.size() < options.limit().getAsInt();
  }

  int count() {
    return prompts.size();
  }

  /// The prompts, with numbers for ids where the file's own are not distinct.
  List<PromptText> prompts() {
    if (ownIds) {
      return List.copyOf(prompts);
    }
    List<PromptText> numbered = new ArrayList<>(prompts.size());
    for (PromptText prompt : prompts) {
      String number = String.valueOf(numbered.size() + 1);
      numbered.add(new PromptText(number, prompt.text(), prompt.category()));
    }
    return List.copyOf(numbered);
  }

  private Optional<String> category(Row row, Fields found) {
    if (found.category().isEmpty()) {
      return Optional.empty();
    }
    String field = found.category().get();
    Cell cell = row.cells().get(field);
    if (cell != null && cell.isScalar() && !cell.text().isBlank()) {
      if (cell.text().length() > MAX_CATEGORY_CHARS) {
        throw CheckedText.wrong(
            row,
            "field \"%s\" is a category of more than %d characters"
                .formatted(field, MAX_CATEGORY_CHARS));
      }
      return Optional.of(cell.text().strip());
    }
    if (found.categoryAsked()) {
      throw CheckedText.wrong(row, "field \"" + field + "\" is empty; every row needs a category");
    }
    return Optional.empty();
  }

  private String id(Row row, Fields found) {
    Cell cell = found.id().map(row.cells()::get).orElse(null);
    String id = cell == null ? "" : cell.text();
    ownIds &=
        cell != null
            && cell.isScalar()
            && !id.isBlank()
            && id.length() <= MAX_ID_CHARS
            && id.chars().noneMatch(Character::isISOControl)
            && ids.add(id);
    return id;
  }
}
