package org.demur.text.jinja;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds which special names a body uses without assigning them first.
final class UndeclaredNames extends NameWalker {
  private final Set<String> wanted;
  private final Set<String> found = new HashSet<>();

  private UndeclaredNames(Set<String> wanted) {
    this.wanted = new HashSet<>(wanted);
  }

  static Set<String> in(List<Stmt> body, String... names) {
    UndeclaredNames walker = new UndeclaredNames(Set.of(names));
    walker.statements(body);
    return walker.found;
  }

  @Override
  void loaded(String name) {
    if (wanted.contains(name)) {
      found.add(name);
    }
  }

  @Override
  void stored(Expr.Name name) {
    wanted.remove(name.name());
  }

  @Override
  void parameter(String name) {
    wanted.remove(name);
  }
}
