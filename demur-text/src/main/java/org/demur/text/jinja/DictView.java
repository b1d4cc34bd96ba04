package org.demur.text.jinja;

/// What `dict.keys()`, `dict.values()` and `dict.items()` return.
record DictView(DictValue dict, Part part) implements Value {
  /// Which part of the entries a view shows.
  enum Part {
    /// The keys.
    KEYS("dict_keys"),
    /// The values.
    VALUES("dict_values"),
    /// Pairs of key and value.
    ITEMS("dict_items");

    private final String typeName;

    Part(String typeName) {
      this.typeName = typeName;
    }
  }

  /// The element that the view shows for an entry.
  Value element(DictValue.Entry entry) {
    return switch (part) {
      case KEYS -> entry.key();
      case VALUES -> entry.value();
      case ITEMS -> TupleValue.of(entry.key(), entry.value());
    };
  }

  @Override
  public String typeName() {
    return part.typeName;
  }
}
