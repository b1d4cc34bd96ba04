package org.demur.text.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sandbox's lookup of attributes and elements.
///
/// Source: `SandboxedEnvironment.getattr` and `getitem` of jinja2 3.1.6.
final class Attributes {
  private Attributes() {}

  /// `object.name`: the attribute, else the element of that key, else undefined.
  ///
  /// @throws JinjaException the error of an undefined object
  static Value attribute(Rendering rendering, Value object, String name) {
    Value member = memberOrUnsafe(object, name);
    if (member != null) {
      return member;
    }
    if (object instanceof Undefined undefined) {
      throw undefined.failure();
    }
    Value element = elementOrNull(rendering.budget(), object, Str.of(name));
    return element == null ? Undefined.attribute(object, name) : element;
  }

  /// `object[key]` with a computed key: the element, else the attribute of that name, else
  /// undefined.
  ///
  /// @throws JinjaException the error of an undefined object
  static Value item(Rendering rendering, Value object, Value key) {
    Value found = itemOrNull(rendering, object, key);
    return found == null ? Undefined.element(object, key) : found;
  }

  /// `object["name"]` with a key that stands in the template, which messages may repeat.
  static Value literalItem(Rendering rendering, Value object, Value key) {
    Value found = itemOrNull(rendering, object, key);
    if (found != null) {
      return found;
    }
    return key instanceof Str name
        ? Undefined.attribute(object, name.text())
        : Undefined.element(object, key);
  }

  private static @Nullable Value itemOrNull(Rendering rendering, Value object, Value key) {
    if (object instanceof Undefined undefined) {
      throw undefined.failure();
    }
    Value element = elementOrNull(rendering.budget(), object, key);
    if (element != null || !(key instanceof Str name)) {
      return element;
    }
    return memberOrUnsafe(object, name.text());
  }

  /// An attribute that the Python object has (hidden ones as an undefined value), or null.
  static @Nullable Value memberOrUnsafe(Value object, String name) {
    if (name.startsWith("_")) {
      return PrivateNames.has(object, name) ? Undefined.unsafe(object, name) : null;
    }
    return member(object, name);
  }

  /// An element, or null where Python raises `TypeError` or `LookupError`.
  private static @Nullable Value elementOrNull(Budget budget, Value object, Value key) {
    return switch (object) {
      case DictValue dict -> get(budget, dict, key);
      case ListValue list -> element(list.items(), key);
      case TupleValue tuple -> element(tuple.items(), key);
      case Str text when Numbers.isInteger(key) -> {
        int length = CodePoints.length(text.text());
        int index = position(length, key);
        budget.scan(text.text().length());
        yield index < 0 ? null : text.like(CodePoints.substring(text.text(), index, index + 1));
      }
      case RangeValue range -> {
        int index = position(range.length(), key);
        yield index < 0 ? null : range.element(index);
      }
      default -> null;
    };
  }

  private static @Nullable Value get(Budget budget, DictValue dict, Value key) {
    try {
      return dict.get(budget, key);
    } catch (JinjaException failure) {
      if (failure.kind() == ErrorKind.TYPE) {
        return null;
      }
      throw failure;
    }
  }

  private static @Nullable Value element(List<Value> items, Value key) {
    int index = position(items.size(), key);
    return index < 0 ? null : items.get(index);
  }

  /// The position that an index means, or -1 when it is none or outside.
  private static int position(int length, Value key) {
    if (!Numbers.isInteger(key)) {
      return -1;
    }
    int index = Numbers.index(key);
    int position = index < 0 ? index + length : index;
    return position < length ? Math.max(position, -1) : -1;
  }

  private static @Nullable Value member(Value object, String name) {
    return switch (object) {
      case Str text -> StrMethods.find(text, name);
      case DictValue dict -> Members.ofDict(dict, name);
      case ListValue list -> Members.ofList(list, name);
      case TupleValue tuple -> Members.ofTuple(tuple, name);
      case RangeValue range -> Members.ofRange(range, name);
      case Value.Int number -> NumberMembers.ofInteger(number, number.value(), name);
      case Value.Bool bool -> NumberMembers.ofInteger(bool, Numbers.integer(bool), name);
      case Value.Real real -> NumberMembers.ofReal(real, name);
      case NamespaceValue namespace -> namespace.attributes().get(name);
      case CyclerValue cycler -> Members.ofCycler(cycler, name);
      case LoopValue loop -> loop.member(name);
      case MacroValue macro -> macro.member(name);
      case JoinerValue joiner -> joiner.member(name);
      case FunctionValue function when function.typeName().equals("type") ->
          name.equals("mro") ? Undefined.unsafe(object, name) : null;
      default -> null;
    };
  }
}
