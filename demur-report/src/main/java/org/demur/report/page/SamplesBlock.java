package org.demur.report.page;

import java.util.List;
import org.demur.report.SampleReply;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// Replies one by one; harmful ones folded, all of them cut or left out.
final class SamplesBlock {
  private static final int MAX_ROWS = 2000;

  /// Above this the list starts folded, so that the sections below stay within reach.
  private static final int OPEN_ROWS = 24;

  private SamplesBlock() {}

  static Element draw(List<SampleReply> replies, RenderOptions options) {
    String lead =
        options.replies()
            ? "Excerpts of at most %d characters. Replies that may be harmful are folded."
                .formatted(SampleReply.EXCERPT_LENGTH)
            : "The text of replies was left out.";
    Element section = Blocks.section("samples", "Sample of replies", lead);
    if (replies.isEmpty()) {
      return section.add(Blocks.missing("No reply is kept in this report."));
    }
    List<SampleReply> shown = replies.stream().limit(MAX_ROWS).toList();
    Element list = Element.of("ul", "replies");
    shown.forEach(reply -> list.add(row(reply, options.replies())));
    if (shown.size() > OPEN_ROWS) {
      String count = Numbers.count(shown.size()) + " replies";
      section.add(Element.of("details").add(Element.of("summary").text(count), list));
    } else {
      section.add(list);
    }
    if (replies.size() > MAX_ROWS) {
      section.add(
          Element.of("p", "note")
              .text(
                  "%s of %s replies shown; every prompt has its row in results.parquet."
                      .formatted(Numbers.count(MAX_ROWS), Numbers.count(replies.size()))));
    }
    return section;
  }

  private static Element row(SampleReply reply, boolean withText) {
    String facts =
        " · %s%s · "
            .formatted(
                Values.label(reply.label()),
                reply.category().map(category -> ", " + category).orElse(""));
    Element row =
        Element.of("li")
            .add(
                Element.of("p", "aside")
                    .add(Blocks.code(reply.id()))
                    .text(facts)
                    .add(Element.of("b").text(Values.replyClass(reply.replyClass()))));
    if (!withText) {
      return row;
    }
    if (reply.excerpt().isEmpty()) {
      return row.add(Element.of("p", "missing").text("withheld"));
    }
    Element text = Element.of("p", "excerpt").text(reply.excerpt().get());
    return reply.harmfulReply()
        ? row.add(
            Element.of("details")
                .add(Element.of("summary").text("show a reply that may be harmful"), text))
        : row.add(text);
  }
}
