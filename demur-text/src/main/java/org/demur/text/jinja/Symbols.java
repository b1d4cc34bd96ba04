package org.demur.text.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The variables of one scope of a template, and where each gets its first value from.
///
/// jinja2 decides this before it runs a template; what a name means in a loop or a macro depends on
/// it, so it is reproduced step by step.
///
/// Source: `jinja2/idtracking.py` 3.1.6.
final class Symbols {
  /// Where a variable gets its value when its scope is entered.
  enum Load {
    /// It is assigned by what enters the scope.
    PARAMETER,
    /// From the variables of the template.
    RESOLVE,
    /// From the variable of the same name in an outer scope.
    ALIAS,
    /// It has none.
    UNDEFINED
  }

  private final @Nullable Symbols parent;
  private final @Nullable Symbols base;
  private final Map<String, Load> loads = new LinkedHashMap<>();
  private final Set<String> stores = new LinkedHashSet<>();

  private Symbols(@Nullable Symbols parent, @Nullable Symbols base) {
    this.parent = parent;
    this.base = base;
  }

  /// A scope inside of another, or one without (a template or block).
  static Symbols inside(@Nullable Symbols parent) {
    return new Symbols(parent, null);
  }

  /// What one branch of a condition adds to this scope, kept apart until [#merge].
  Symbols branch() {
    return new Symbols(parent, this);
  }

  /// How each variable of this scope gets its first value.
  Map<String, Load> loads() {
    return loads;
  }

  /// The variables that this scope assigns.
  Set<String> stores() {
    return stores;
  }

  /// Whether the scope has a variable of its own of that name.
  boolean declares(String name) {
    for (Symbols symbols = this; symbols != null; symbols = symbols.base) {
      if (symbols.loads.containsKey(name)) {
        return true;
      }
    }
    return false;
  }

  private boolean isStored(String name) {
    for (Symbols symbols = this; symbols != null; symbols = symbols.base) {
      if (symbols.stores.contains(name)) {
        return true;
      }
    }
    return false;
  }

  private boolean isKnown(String name) {
    for (Symbols symbols = this; symbols != null; symbols = symbols.parent) {
      if (symbols.declares(name)) {
        return true;
      }
    }
    return false;
  }

  private boolean isKnownOutside(String name) {
    return parent != null && parent.isKnown(name);
  }

  void declareParameter(String name) {
    stores.add(name);
    loads.put(name, Load.PARAMETER);
  }

  void load(String name) {
    if (!isKnown(name)) {
      loads.put(name, Load.RESOLVE);
    }
  }

  void store(String name) {
    stores.add(name);
    if (!declares(name)) {
      loads.put(name, isKnownOutside(name) ? Load.ALIAS : Load.UNDEFINED);
    }
  }

  /// Takes over what the branches of a condition declare; what only some of them assign keeps its
  /// value from before.
  void merge(List<Symbols> branches) {
    Set<String> assigned = new HashSet<>();
    for (Symbols branch : branches) {
      assigned.addAll(branch.stores);
    }
    assigned.removeIf(this::isStored);
    for (Symbols branch : branches) {
      loads.putAll(branch.loads);
      stores.addAll(branch.stores);
    }
    for (String name : new ArrayList<>(assigned)) {
      loads.put(name, isKnownOutside(name) ? Load.ALIAS : Load.RESOLVE);
    }
  }
}
