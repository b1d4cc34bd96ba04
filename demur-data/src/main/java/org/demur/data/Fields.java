package org.demur.data;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.demur.core.Suggestions;
import org.demur.data.table.Row;

/// The columns of a file that matter, found once in its first row.
///
/// @param text the column of prompts
/// @param category the column of categories
/// @param categoryAsked whether the caller named it, so that every row must have it
/// @param id the column of ids
record Fields(String text, Optional<String> category, boolean categoryAsked, Optional<String> id) {
  private static final int SHOWN_COLUMNS = 20;
  private static final int SHOWN_CHARS = 40;

  /// @throws DataException when a named column is not there, or no usual one is
  static Fields find(Row first, ReadOptions options) {
    Collection<String> columns = first.cells().keySet();
    String text =
        options.field().isPresent()
            ? named(options.field().get(), first.place(), columns)
            : usual(first.place(), columns);
    Optional<String> asked =
        options.categoryField().map(name -> named(name, first.place(), columns));
    return new Fields(
        text, asked.or(() -> match("category", columns)), asked.isPresent(), match("id", columns));
  }

  private static String named(String name, String place, Collection<String> columns) {
    return match(name, columns)
        .orElseThrow(
            () ->
                DataException.content(
                    "%s: there is no field \"%s\"%s; it has %s"
                        .formatted(place, name, hint(name, columns), shown(columns))));
  }

  static String usual(String place, Collection<String> columns) {
    return ReadOptions.USUAL_FIELDS.stream()
        .flatMap(name -> match(name, columns).stream())
        .findFirst()
        .orElseThrow(
            () ->
                DataException.content(
                    "%s: none of the usual fields of prompts (%s) is there; name one with --field; it has %s"
                        .formatted(
                            place, String.join(", ", ReadOptions.USUAL_FIELDS), shown(columns))));
  }

  /// The column of that name, else the only one that differs from it by case alone.
  static Optional<String> match(String name, Collection<String> columns) {
    if (columns.contains(name)) {
      return Optional.of(name);
    }
    List<String> alike = columns.stream().filter(name::equalsIgnoreCase).toList();
    return alike.size() == 1 ? Optional.of(alike.getFirst()) : Optional.empty();
  }

  private static String hint(String name, Collection<String> columns) {
    String folded = name.toLowerCase(Locale.ROOT);
    return Suggestions.hint(folded, columns.stream().filter(Fields::isShort).toList());
  }

  private static boolean isShort(String column) {
    return column.length() <= SHOWN_CHARS;
  }

  /// The names, shortened: where a file has no header, its first row is taken for one, and that may
  /// be a prompt.
  static String shown(Collection<String> columns) {
    String names =
        columns.stream()
            .limit(SHOWN_COLUMNS)
            .map(name -> isShort(name) ? name : name.substring(0, SHOWN_CHARS) + "…")
            .collect(Collectors.joining(", "));
    return columns.size() > SHOWN_COLUMNS ? names + ", …" : names;
  }
}
