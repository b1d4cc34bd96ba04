package org.demur.report.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;
import org.demur.report.markup.StyleSheet;

/// The page around the sections: head, style, policy, navigation.
final class Document {
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

  /// An entry of the navigation.
  record Link(String id, String name) {}

  private Document() {}

  static String render(String title, Node header, List<Link> links, List<? extends Node> content) {
    Element head =
        Element.of("head")
            .add(
                Element.of("meta").with("charset", "utf-8"),
                Element.of("meta")
                    .with("http-equiv", "Content-Security-Policy")
                    .with("content", POLICY),
                Element.of("meta")
                    .with("name", "viewport")
                    .with("content", "width=device-width, initial-scale=1"),
                Element.of("meta").with("name", "color-scheme").with("content", "light dark"),
                Element.of("meta").with("name", "robots").with("content", "noindex"),
                Element.of("title").text(title),
                new StyleSheet(css()));
    return "<!doctype html>\n"
        + Element.of("html").with("lang", "en").add(head, page(header, links, content)).html();
  }

  private static Element page(Node header, List<Link> links, List<? extends Node> content) {
    Element main = Element.of("main");
    main.add(content.getFirst(), navigation(links)).add(content.subList(1, content.size()));
    return Element.of("body").add(header, main);
  }

  private static Element navigation(List<Link> links) {
    Element list = Element.of("ul");
    links.forEach(
        link ->
            list.add(
                Element.of("li")
                    .add(Element.of("a").with("href", "#" + link.id()).text(link.name()))));
    return Element.of("nav").with("aria-label", "Sections").add(list);
  }

  private static String css() {
    try (InputStream stream = Document.class.getResourceAsStream("page.css")) {
      if (stream == null) {
        throw new IllegalStateException("page.css is not in the module");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
