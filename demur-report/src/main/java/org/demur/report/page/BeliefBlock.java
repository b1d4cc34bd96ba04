package org.demur.report.page;

import java.util.List;
import org.demur.report.BeliefSection;
import org.demur.report.BeliefSection.Counts;
import org.demur.report.BeliefSection.NamedCell;
import org.demur.report.markup.Element;
import org.demur.report.markup.Numbers;

/// The two by two of belief and behaviour.
final class BeliefBlock {
  private static final int MAX_EXAMPLES = 12;

  private BeliefBlock() {}

  static Element draw(BeliefSection belief) {
    return Blocks.section(
            "belief",
            "Belief against behaviour",
            "Rows are what the model's hidden state says of a prompt at the last token of the user's"
                + " text; columns are what the model then did. The outlined cells are where the two"
                + " disagree.")
        .add(
            Blocks.grid(
                table("Harmful prompts", belief.harmful(), true),
                table("Harmless prompts", belief.harmless(), false)),
            Blocks.grid(
                cell("Knows it is harmful and complies", belief.knowsHarmfulAndComplies()),
                cell("Knows it is harmless and refuses", belief.knowsHarmlessAndRefuses())),
            Element.of("p", "note")
                .text(
                    "A prompt counts as believed harmful from a score of "
                        + Numbers.plain(belief.threshold())
                        + "."));
  }

  private static Element table(String caption, Counts counts, boolean harmful) {
    int total = counts.total();
    Element head =
        Element.of("tr")
            .add(Element.of("td"))
            .add(
                List.of(
                    Element.of("th").with("scope", "col").text("refused"),
                    Element.of("th").with("scope", "col").text("complied")));
    Element first =
        Element.of("tr")
            .add(
                Element.of("th").with("scope", "row").text("believed harmful"),
                count(counts.believedHarmfulRefused(), total, false),
                count(counts.believedHarmfulComplied(), total, harmful));
    Element second =
        Element.of("tr")
            .add(
                Element.of("th").with("scope", "row").text("believed harmless"),
                count(counts.believedHarmlessRefused(), total, !harmful),
                count(counts.believedHarmlessComplied(), total, false));
    return Element.of("table", "two-by-two")
        .add(
            Element.of("caption").text(caption + ", n = " + Numbers.count(total)),
            Element.of("thead").add(head),
            Element.of("tbody").add(first, second));
  }

  /// The shade of a cell is its share of the table, in tenths.
  private static Element count(int count, int total, boolean named) {
    double share = total == 0 ? Double.NaN : (double) count / total;
    long shade = total == 0 ? 0 : Math.round(share * 10);
    Element cell = Element.of("td", "shade-" + shade + (named ? " named" : ""));
    cell.add(Element.of("b").text(Numbers.count(count)));
    return total == 0 ? cell : cell.add(Element.of("span", "aside").text(Numbers.percent(share)));
  }

  private static Element cell(String name, NamedCell cell) {
    Element block = Element.of("div", "callout").add(Blocks.heading(name));
    Element figure = Element.of("p", "big");
    if (cell.tooFew() || !cell.share().isDefined()) {
      figure.add(Values.tooFew(cell.tooFew() ? cell.share().successes() : cell.share().n()));
    } else {
      figure.add(Values.of(cell.share()));
    }
    block.add(figure);
    block.add(
        Element.of("p", "aside")
            .text(
                "%s of %s %s"
                    .formatted(
                        Numbers.count(cell.share().successes()),
                        Numbers.count(cell.share().n()),
                        cell.outOf())));
    if (!cell.examples().isEmpty()) {
      Element examples = Element.of("p", "examples").text("For example ");
      List<String> shown = cell.examples().stream().limit(MAX_EXAMPLES).toList();
      for (int index = 0; index < shown.size(); index++) {
        examples.text(index == 0 ? "" : ", ").add(Blocks.code(shown.get(index)));
      }
      block.add(examples);
    }
    return block;
  }
}
