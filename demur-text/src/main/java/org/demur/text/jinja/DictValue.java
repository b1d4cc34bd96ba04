package org.demur.text.jinja;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A Python `dict`: keeps the order of insertion; the sandbox lets no template change one.
final class DictValue implements Value {
  /// A key and its value, as the template wrote them.
  record Entry(Value key, Value value) {}

  private final Map<Object, Entry> entries = new LinkedHashMap<>();

  /// Adds or replaces; like Python it keeps the first of two equal keys.
  void put(Budget budget, Value key, Value value) {
    Object hash = Hashing.key(budget, key);
    Entry old = entries.get(hash);
    if (old == null) {
      budget.slots(2);
    }
    entries.put(hash, new Entry(old == null ? key : old.key(), value));
  }

  /// The value of a key, or null; fails like Python for a key that cannot be hashed.
  @Nullable Value get(Budget budget, Value key) {
    Entry entry = entries.get(Hashing.key(budget, key));
    return entry == null ? null : entry.value();
  }

  @Nullable Value get(String key) {
    Entry entry = entries.get(key);
    return entry == null ? null : entry.value();
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  int size() {
    return entries.size();
  }

  /// A dict with the same entries.
  DictValue copy(Budget budget) {
    budget.slots(2L * entries.size());
    DictValue copy = new DictValue();
    copy.entries.putAll(entries);
    return copy;
  }

  @Override
  public String typeName() {
    return "dict";
  }
}
