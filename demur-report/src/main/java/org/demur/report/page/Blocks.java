package org.demur.report.page;

import java.util.List;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;
import org.demur.report.markup.Text;

/// The pieces that sections are made of.
final class Blocks {
  private Blocks() {}

  /// A section with a heading that can be linked to, and a sentence that says how to read it.
  static Element section(String id, String heading, String lead) {
    Element section =
        Element.of("section")
            .with("id", id)
            .with("aria-labelledby", id + "-heading")
            .add(Element.of("h2").with("id", id + "-heading").text(heading));
    return lead.isEmpty() ? section : section.add(Element.of("p", "lead").text(lead));
  }

  static Element heading(String text) {
    return Element.of("h3").text(text);
  }

  static Element paragraph(String text) {
    return Element.of("p").text(text);
  }

  /// Says that something was not drawn, and why.
  static Element missing(String text) {
    return Element.of("p", "missing").text(text);
  }

  /// A chart with its caption: a short title and how to read it.
  static Element figure(Node chart, String title, String caption) {
    return Element.of("figure")
        .add(
            Element.of("figcaption")
                .add(Element.of("strong").text(title))
                .text(caption.isEmpty() ? "" : " " + caption))
        .add(chart);
  }

  /// A place of a chart that could not be drawn.
  static Element emptyFigure(String title, String reason) {
    return figure(missing(reason), title, "");
  }

  /// Figures side by side where there is room.
  static Element grid(Node... nodes) {
    return Element.of("div", "grid").add(nodes);
  }

  static Node text(String text) {
    return new Text(text);
  }

  /// A table that becomes a list of cards on a phone, so that nothing has to be scrolled sideways.
  ///
  /// The first cell of a row is its heading.
  static Element table(String caption, List<String> heads, List<List<Node>> rows) {
    Element head = Element.of("tr");
    heads.forEach(name -> head.add(Element.of("th").with("scope", "col").text(name)));
    Element body = Element.of("tbody");
    for (List<Node> cells : rows) {
      Element row = Element.of("tr");
      for (int index = 0; index < cells.size(); index++) {
        row.add(
            index == 0
                ? Element.of("th").with("scope", "row").add(cells.getFirst())
                : Element.of("td").with("data-label", heads.get(index)).add(cells.get(index)));
      }
      body.add(row);
    }
    return Element.of("table", "cards")
        .add(Element.of("caption").text(caption), Element.of("thead").add(head), body);
  }

  /// A small table that fits a phone as it is, or scrolls in its own box.
  static Element matrix(String caption, List<String> heads, List<List<Node>> rows) {
    Element table = table(caption, heads, rows).with("class", "matrix");
    return Element.of("div", "scroll")
        .with("tabindex", "0")
        .with("role", "region")
        .with("aria-label", caption)
        .add(table);
  }

  static Element list(List<String> sentences) {
    Element list = Element.of("ul");
    sentences.forEach(sentence -> list.add(Element.of("li").text(sentence)));
    return list;
  }

  /// Ids or hashes, set apart from words.
  static Element code(String text) {
    return Element.of("code").text(text);
  }
}
