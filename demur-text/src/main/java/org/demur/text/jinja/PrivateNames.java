package org.demur.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The names with a leading underscore that Python objects really have.
///
/// The sandbox hides them: asking for one gives a value that fails with `SecurityError`, while any
/// other such name is looked up as a key.
///
/// Source: `dir()` of CPython 3.11 and jinja2 3.1.6.
final class PrivateNames {
  private static final Set<String> OBJECT =
      names(
          "class delattr dir doc eq format ge getattribute getstate gt hash init init_subclass le lt"
              + " ne new reduce reduce_ex repr setattr sizeof str subclasshook");

  private static final String NUMBER =
      "abs add bool divmod float floordiv getnewargs int mod mul neg pos pow radd rdivmod rfloordiv"
          + " rmod rmul round rpow rsub rtruediv sub truediv trunc";

  private static final String INTEGER =
      NUMBER + " and ceil floor index invert lshift or rand rlshift ror rrshift rshift rxor xor";

  private static final String TEXT = "add contains getitem getnewargs iter len mod mul rmod rmul";

  private static final String INSTANCE = "dict module weakref";

  private static final String KEYS = "and contains iter len or rand reversed ror rsub rxor sub xor";

  private static final Map<String, Set<String>> BY_TYPE =
      Map.ofEntries(
          Map.entry("str", names(TEXT)),
          Map.entry("Markup", names(TEXT + " html html_format module radd slots")),
          Map.entry(
              "list",
              names(
                  "add class_getitem contains delitem getitem iadd imul iter len mul reversed rmul"
                      + " setitem")),
          Map.entry(
              "tuple", names("add class_getitem contains getitem getnewargs iter len mul rmul")),
          Map.entry(
              "_GroupTuple",
              with(
                  names(
                      "add contains getitem getnewargs iter len match_args module mul rmul slots"),
                  "_asdict _field_defaults _fields _make _replace")),
          Map.entry(
              "dict",
              names("class_getitem contains delitem getitem ior iter len or reversed ror setitem")),
          Map.entry("int", names(INTEGER)),
          Map.entry("bool", names(INTEGER)),
          Map.entry("float", names(NUMBER + " ceil floor getformat")),
          Map.entry("NoneType", names("bool")),
          Map.entry("range", names("bool contains getitem iter len reversed")),
          Map.entry("dict_keys", names(KEYS)),
          Map.entry("dict_values", names("iter len reversed")),
          Map.entry("dict_items", names(KEYS)),
          Map.entry("generator", names("del iter name next qualname")),
          Map.entry(
              "function",
              names(
                  "annotations builtins call closure code defaults dict get globals kwdefaults"
                      + " module name qualname")),
          Map.entry(
              "builtin_function_or_method", names("call module name qualname self text_signature")),
          Map.entry("type", names("call name qualname mro bases base module dict subclasses")),
          Map.entry(
              "Undefined",
              with(
                  names(
                      "add aiter bool call complex div float floordiv getattr getitem int iter len"
                          + " mod module mul neg pos pow radd rdiv rfloordiv rmod rmul rpow rsub"
                          + " rtruediv slots sub truediv"),
                  "_fail_with_undefined_error _undefined_exception _undefined_hint"
                      + " _undefined_message _undefined_name _undefined_obj")),
          Map.entry(
              "LoopContext",
              with(
                  names(INSTANCE + " annotations call iter len next"),
                  "_after _before _current _iterable _iterator _last_changed_value _length"
                      + " _peek_next _recurse _to_iterator _undefined")),
          Map.entry("Cycler", names(INSTANCE + " next")),
          Map.entry("Joiner", names(INSTANCE + " call")),
          Map.entry(
              "Macro",
              with(
                  names(INSTANCE + " call"),
                  "_argument_count _async_invoke _default_autoescape _environment _func _invoke")));

  private PrivateNames() {}

  /// Whether a Python object of this type has an attribute of that name.
  static boolean has(Value object, String name) {
    if (object instanceof NamespaceValue namespace) {
      return name.equals("__class__")
          || name.equals("_Namespace__attrs")
          || namespace.attributes().get(name) != null;
    }
    return OBJECT.contains(name)
        || BY_TYPE.getOrDefault(object.typeName(), Set.of()).contains(name);
  }

  private static Set<String> names(String words) {
    return Stream.of(words.split(" "))
        .map(word -> "__" + word + "__")
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Set<String> with(Set<String> names, String others) {
    return Stream.concat(names.stream(), List.of(others.split(" ")).stream())
        .collect(Collectors.toUnmodifiableSet());
  }
}
