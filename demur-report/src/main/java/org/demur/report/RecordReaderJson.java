package org.demur.report;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.demur.core.Suggestions;
import tools.jackson.databind.JsonNode;

/// Turns JSON into records and names the field that does not fit.
///
/// A missing field is an error unless its component is optional; a field that no component has is
/// ignored, since a newer minor version may have added it.
final class RecordReaderJson {
  private final String source;

  /// Reads JSON that comes from `source`, a file name for messages.
  RecordReaderJson(String source) {
    this.source = source;
  }

  /// Refuses a document of another major version, before anything else of it is read.
  void requireVersion(JsonNode root, String supported) {
    JsonNode version = root.path("schemaVersion");
    if (!version.isString()) {
      throw error("schemaVersion", "is " + kind(version) + ", expected a string such as \"1\"");
    }
    String text = version.stringValue();
    if (!text.equals(supported) && !text.startsWith(supported + ".")) {
      throw error(
          "schemaVersion",
          "is \"%s\"; this version of Demur reads %s and %s.x"
              .formatted(printable(text), supported, supported));
    }
  }

  <T extends Record> T read(JsonNode root, Class<T> type) {
    return type.cast(record(root, type, ""));
  }

  private Object value(JsonNode node, Type type, String path) {
    if (type instanceof ParameterizedType generic) {
      return container(node, generic, path);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return record(node, plain, path);
    }
    if (plain.isEnum()) {
      return constant(node, plain, path);
    }
    return scalar(node, plain, path);
  }

  private Object scalar(JsonNode node, Class<?> type, String path) {
    if (type == String.class) {
      require(node.isString(), node, "a string", path);
      return node.stringValue();
    }
    if (type == boolean.class || type == Boolean.class) {
      require(node.isBoolean(), node, "true or false", path);
      return node.booleanValue();
    }
    if (type == double.class || type == Double.class) {
      require(node.isNumber() || node.isNull(), node, "a number or null", path);
      return node.isNull() ? Double.NaN : node.doubleValue();
    }
    if (type == int.class || type == Integer.class) {
      require(node.isIntegralNumber() && node.canConvertToInt(), node, "a 32-bit integer", path);
      return node.intValue();
    }
    require(node.isIntegralNumber() && node.canConvertToLong(), node, "a 64-bit integer", path);
    return node.longValue();
  }

  private Object container(JsonNode node, ParameterizedType type, String path) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      return node.isNull() ? Optional.empty() : Optional.of(value(node, arguments[0], path));
    }
    if (type.getRawType() == List.class) {
      require(node.isArray(), node, "an array", path);
      List<Object> list = new ArrayList<>(node.size());
      for (JsonNode element : node) {
        list.add(value(element, arguments[0], path + "[" + list.size() + "]"));
      }
      return list;
    }
    require(node.isObject(), node, "an object", path);
    Map<String, Object> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      map.put(entry.getKey(), value(entry.getValue(), arguments[1], join(path, entry.getKey())));
    }
    return map;
  }

  private Object constant(JsonNode node, Class<?> type, String path) {
    List<String> names =
        Stream.of(type.getEnumConstants())
            .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
            .toList();
    require(node.isString(), node, "one of " + String.join(", ", names), path);
    int index = names.indexOf(node.stringValue());
    if (index < 0) {
      String found = printable(node.stringValue());
      throw error(
          path,
          "is \"%s\", expected one of %s%s"
              .formatted(found, String.join(", ", names), Suggestions.hint(found, names)));
    }
    return type.getEnumConstants()[index];
  }

  private Record record(JsonNode node, Class<?> type, String path) {
    require(node.isObject(), node, "an object", path);
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int index = 0; index < components.length; index++) {
      types[index] = components[index].getType();
      values[index] = component(node, components[index], path);
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return (Record) constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof ReportException failure) {
        throw error(path, "does not fit: " + failure.getMessage());
      }
      throw new IllegalStateException("cannot make " + type, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + type, e);
    }
  }

  private Object component(JsonNode node, RecordComponent component, String path) {
    String name = component.getName();
    JsonNode field = node.get(name);
    if (field != null) {
      return value(field, component.getGenericType(), join(path, name));
    }
    if (component.getType() == Optional.class) {
      return Optional.empty();
    }
    throw error(join(path, name), "is missing");
  }

  private void require(boolean fits, JsonNode node, String expected, String path) {
    if (!fits) {
      throw error(path, "is %s, expected %s".formatted(kind(node), expected));
    }
  }

  private ReportException error(String path, String what) {
    String field = path.isEmpty() ? "the document" : "field " + path;
    return ReportException.field("%s: %s %s".formatted(source, field, what));
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case NUMBER -> "the number " + printable(node.asString());
      case BOOLEAN -> node.asString();
      case NULL -> "null";
      case MISSING -> "missing";
      case BINARY, POJO -> "of an unknown kind";
    };
  }

  /// Keeps what a file says short and on one line of a message.
  private static String printable(String text) {
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= 40 ? line : line.substring(0, 39) + "…";
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? printable(name) : path + "." + printable(name);
  }
}
