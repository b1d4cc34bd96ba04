package org.demur.text.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The arguments of a call as they stand in the template.
///
/// @param star the expression behind `*`
/// @param doubleStar the expression behind `**`
record Arguments(
    List<Expr> positional, List<Keyword> named, @Nullable Expr star, @Nullable Expr doubleStar) {
  /// `name=value`
  record Keyword(String name, Expr value) {}

  static final Arguments NONE = new Arguments(List.of(), List.of(), null, null);

  /// The entries of a dict as keyword arguments.
  ///
  /// @throws JinjaException `TypeError` for keys that are no texts
  static SequencedMap<String, Value> keywords(Budget budget, DictValue dict) {
    budget.slots(dict.size());
    SequencedMap<String, Value> named = new LinkedHashMap<>();
    for (DictValue.Entry entry : dict.entries()) {
      if (!(entry.key() instanceof Str name)) {
        throw JinjaException.type("keywords must be strings");
      }
      named.put(name.text(), entry.value());
    }
    return named;
  }
}
