package org.demur.text.jinja;

/// What `namespace(...)` makes: the one value whose attributes a template may set.
record NamespaceValue(DictValue attributes) implements Value {
  @Override
  public String typeName() {
    return "Namespace";
  }
}
