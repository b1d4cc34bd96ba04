package org.demur.report.markup;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// An element of HTML or SVG under construction.
///
/// **Errors.** Names that could run or fetch something are programming errors
/// ([IllegalArgumentException]): scripts, frames, event handlers, and links that leave the page.
public final class Element implements Node {
  private static final Pattern NAME = Pattern.compile("[a-z][a-zA-Z0-9]*");
  private static final Pattern ATTRIBUTE = Pattern.compile("[a-zA-Z][a-zA-Z0-9-]*");
  private static final Set<String> REFUSED =
      Set.of(
          "script",
          "style",
          "iframe",
          "object",
          "embed",
          "base",
          "link",
          "img",
          "image",
          "use",
          "form",
          "foreignObject",
          "animate",
          "set");
  private static final Set<String> VOID = Set.of("meta", "br", "hr", "col");
  private static final Set<String> BLOCKS =
      Set.of(
          "html", "head", "body", "main", "header", "footer", "section", "nav", "ul", "ol", "table",
          "thead", "tbody", "tr", "figure", "svg", "g", "div", "details", "dl");

  private final String name;
  private final Map<String, String> attributes = new LinkedHashMap<>();
  private final List<Node> children = new ArrayList<>();

  private Element(String name) {
    this.name = name;
  }

  /// An empty element.
  public static Element of(String name) {
    if (!NAME.matcher(name).matches() || REFUSED.contains(name)) {
      throw new IllegalArgumentException("not an element of a report: " + name);
    }
    return new Element(name);
  }

  /// An element of a class.
  public static Element of(String name, String cssClass) {
    return of(name).with("class", cssClass);
  }

  /// Sets an attribute; the value may be any text.
  public Element with(String attribute, String value) {
    boolean handler = attribute.regionMatches(true, 0, "on", 0, 2);
    boolean outside = attribute.equals("src") || attribute.equals("style");
    boolean leaves = attribute.equals("href") && !value.startsWith("#");
    if (!ATTRIBUTE.matcher(attribute).matches() || handler || outside || leaves) {
      throw new IllegalArgumentException("not an attribute of a report: " + attribute);
    }
    attributes.put(attribute, value);
    return this;
  }

  /// Sets a coordinate or length, rounded to a tenth, which is finer than a screen shows.
  public Element with(String attribute, double value) {
    return with(attribute, Numbers.coordinate(value));
  }

  /// Adds text.
  public Element text(String text) {
    children.add(new Text(text));
    return this;
  }

  /// Adds nodes.
  public Element add(Node... nodes) {
    children.addAll(List.of(nodes));
    return this;
  }

  /// Adds nodes.
  public Element add(Iterable<? extends Node> nodes) {
    nodes.forEach(children::add);
    return this;
  }

  @Override
  public void appendTo(StringBuilder page) {
    page.append('<').append(name);
    attributes.forEach(
        (attribute, value) -> {
          page.append(' ').append(attribute).append("=\"");
          Text.escape(value, page);
          page.append('"');
        });
    page.append('>');
    if (VOID.contains(name)) {
      page.append('\n');
      return;
    }
    children.forEach(child -> child.appendTo(page));
    page.append("</").append(name).append('>');
    if (BLOCKS.contains(name)) {
      page.append('\n');
    }
  }
}
