package org.demur.text.jinja;

/// A Python value as a template sees it.
///
/// Compare values with [Comparison], never with `equals`: the records' own equality is not Python's
/// and is not bounded.
sealed interface Value
    permits Value.None,
        Value.Bool,
        Value.Int,
        Value.Real,
        Str,
        ListValue,
        TupleValue,
        DictValue,
        DictView,
        RangeValue,
        IteratorValue,
        NamespaceValue,
        CyclerValue,
        Undefined,
        Callable {

  /// The name of the Python type, as error messages use it.
  String typeName();

  /// Python's `None`.
  enum None implements Value {
    /// The only value of its type.
    NONE;

    @Override
    public String typeName() {
      return "NoneType";
    }
  }

  /// A Python `bool`.
  enum Bool implements Value {
    /// Python's `False`.
    FALSE,
    /// Python's `True`.
    TRUE;

    static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }

    boolean isTrue() {
      return this == TRUE;
    }

    @Override
    public String typeName() {
      return "bool";
    }
  }

  /// A Python `int`: no fixed width, but bounded by [Numbers#checkSize].
  record Int(java.math.BigInteger value) implements Value {
    static Int of(long value) {
      return new Int(java.math.BigInteger.valueOf(value));
    }

    @Override
    public String typeName() {
      return "int";
    }
  }

  /// A Python `float`.
  record Real(double value) implements Value {
    @Override
    public String typeName() {
      return "float";
    }
  }
}
