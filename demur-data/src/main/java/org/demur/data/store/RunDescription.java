package org.demur.data.store;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// What a run is: enough to tell whether another one would give the same rows.
///
/// @param kind the kind of report, such as `audit`
/// @param label what its folder is named after, such as the model's name
/// @param configuration everything that changes the rows, in text; sorted by name
public record RunDescription(String kind, String label, Map<String, String> configuration) {
  /// Keeps its own sorted map.
  public RunDescription {
    configuration = Collections.unmodifiableMap(new TreeMap<>(configuration));
  }
}
