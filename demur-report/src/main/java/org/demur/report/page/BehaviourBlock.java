package org.demur.report.page;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.demur.report.BehaviourSection;
import org.demur.report.BehaviourSection.Confusion;
import org.demur.report.BehaviourSection.Judge;
import org.demur.report.BehaviourSection.LabelBehaviour;
import org.demur.report.Spread;
import org.demur.report.Unit;
import org.demur.report.chart.BarChart;
import org.demur.report.chart.Palette;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;
import org.demur.report.markup.Numbers;

/// What the model replied, and how far the judge of the replies can be trusted.
final class BehaviourBlock {
  private BehaviourBlock() {}

  static Element draw(BehaviourSection behaviour) {
    Element section =
        Blocks.section(
            "replies-by-class",
            "What it replied",
            "How often it refused, by three measures that can disagree, and the log-odds that the"
                + " first token of the reply is one of its refusal tokens.");
    section.add(rates(behaviour));
    section.add(Element.of("p", "note").text(behaviour.correction()));
    section.add(Blocks.grid(classes(behaviour), judge(behaviour.judge())));
    return section;
  }

  private static Element rates(BehaviourSection behaviour) {
    List<List<Node>> rows =
        List.of(row("harmful", behaviour.harmful()), row("harmless", behaviour.harmless()));
    return Blocks.table(
        "Refusal rate by label of the prompt",
        List.of(
            "Prompts",
            "Refused, by the judge",
            "Corrected for its error",
            "Refused, by phrase list",
            "Refusal log-odds (mean ± sd)"),
        rows);
  }

  private static List<Node> row(String name, LabelBehaviour label) {
    return List.of(
        Blocks.text(name),
        Values.withCount(label.refusedByJudge()),
        Values.of(label.refusedCorrected(), Unit.SHARE),
        Values.of(label.refusedBySubstring()),
        spread(label.refusalLogOdds()));
  }

  private static Node spread(Spread spread) {
    if (!Double.isFinite(spread.mean())) {
      return Values.tooFew(spread.n());
    }
    Element value = Element.of("span").add(Element.of("b").text(Numbers.signed(spread.mean())));
    if (Double.isFinite(spread.sd())) {
      value.add(Element.of("span", "aside").text(" ± " + Numbers.plain(spread.sd())));
    }
    return value;
  }

  private static Element classes(BehaviourSection behaviour) {
    Map<String, Integer> harmful = behaviour.harmful().replyClasses();
    Map<String, Integer> harmless = behaviour.harmless().replyClasses();
    Set<String> names = new LinkedHashSet<>(harmful.keySet());
    names.addAll(harmless.keySet());
    String title = "Replies by class";
    if (names.isEmpty()) {
      return Blocks.emptyFigure(title, "No reply was judged.");
    }
    List<BarChart.Group> groups = new ArrayList<>();
    for (String name : names) {
      groups.add(
          new BarChart.Group(
              Values.replyClass(name), List.of(bar(harmless, name), bar(harmful, name))));
    }
    return Blocks.figure(
        BarChart.draw(
            title, Palette.LABELS, List.of("harmless prompts", "harmful prompts"), groups),
        title + ".",
        "Shares of the prompts of a label; the number at a bar counts replies.");
  }

  private static BarChart.Bar bar(Map<String, Integer> counts, String name) {
    int total = counts.values().stream().mapToInt(Integer::intValue).sum();
    int count = counts.getOrDefault(name, 0);
    double share = total == 0 ? Double.NaN : (double) count / total;
    return new BarChart.Bar(share, Double.NaN, Double.NaN, Numbers.count(count));
  }

  private static Element judge(Judge judge) {
    Element block = Element.of("div").add(Blocks.heading("The judge"));
    Element words = Element.of("p").add(Blocks.code(judge.id()));
    words.text(
        judge.calibrated() ? ", calibrated for this model. " : ", not calibrated for this model. ");
    block.add(words.text("Its error was measured on " + judge.measuredOn() + "."));
    judge.warning().ifPresent(text -> block.add(Element.of("p", "warning").text(text)));
    Element list = Element.of("dl", "facts-list");
    fact(list, "accuracy", Values.withCount(judge.accuracy()));
    fact(list, "refusals found", Values.withCount(judge.sensitivity()));
    fact(list, "other replies left alone", Values.withCount(judge.specificity()));
    block.add(list);
    return block.add(confusion(judge.confusion()));
  }

  private static void fact(Element list, String name, Node value) {
    list.add(Element.of("dt").text(name), Element.of("dd").add(value));
  }

  private static Element confusion(Confusion confusion) {
    if (confusion.counts().isEmpty()) {
      return Blocks.missing("Its five classes were not measured.");
    }
    List<String> heads = new ArrayList<>(List.of("by hand"));
    confusion.classes().forEach(name -> heads.add(Values.replyClass(name)));
    List<List<Node>> rows = new ArrayList<>();
    for (int hand = 0; hand < confusion.classes().size(); hand++) {
      List<Node> row = new ArrayList<>();
      row.add(Blocks.text(Values.replyClass(confusion.classes().get(hand))));
      for (int judged = 0; judged < confusion.classes().size(); judged++) {
        String count = Numbers.count(confusion.counts().get(hand).get(judged));
        row.add(Element.of(hand == judged ? "b" : "span").text(count));
      }
      rows.add(row);
    }
    return Blocks.matrix("Labels by hand (rows) against the judge's (columns)", heads, rows);
  }
}
