package org.demur.report.page;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.demur.core.AtomicFiles;
import org.demur.report.FineTuneReport;
import org.demur.report.FineTuneReport.BeliefShift;
import org.demur.report.FineTuneReport.LayerTurn;
import org.demur.report.FineTuneReport.TunedGuard;
import org.demur.report.FineTuneReport.TunedState;
import org.demur.report.FineTuneReport.Tuning;
import org.demur.report.FineTuneReport.TuningStep;
import org.demur.report.Measured;
import org.demur.report.Unit;
import org.demur.report.chart.ChartText;
import org.demur.report.chart.LineChart;
import org.demur.report.chart.Range;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;
import org.demur.report.markup.Numbers;

/// Renders what an attack by fine-tuning left of a model's refusal and belief as one self-contained
/// page.
public final class HtmlFineTune {
  private static final List<Document.Link> LINKS =
      List.of(
          new Document.Link("refusal", "Refusal"),
          new Document.Link("belief", "Belief of harmfulness"),
          new Document.Link("layers", "Directions"),
          new Document.Link("training", "Training"),
          new Document.Link("costs", "Costs"),
          new Document.Link("limits", "Limits"));

  private HtmlFineTune() {}

  /// The page of a report: a whole HTML document.
  public static String render(FineTuneReport report) {
    List<Element> sections = new ArrayList<>();
    sections.add(
        Blocks.section("verdict", "What was found", "").add(Blocks.list(report.verdict())));
    sections.add(refusal(report));
    sections.add(belief(report));
    sections.add(layers(report.layers()));
    sections.add(training(report.tuning()));
    sections.add(CostsBlock.draw(report.costs()));
    sections.add(LimitsBlock.draw(report.limits()));
    return Document.render(
        "Demur fine-tuning attack: " + report.model(), header(report), LINKS, sections);
  }

  /// Writes the page to `file`, replacing it in one step.
  ///
  /// @throws org.demur.core.DemurException when it cannot be written
  public static void write(FineTuneReport report, Path file) {
    AtomicFiles.writeText(file, render(report));
  }

  private static Element header(FineTuneReport report) {
    String facts =
        "%s%s, seed %d, run %s"
            .formatted(
                Values.time(report.created()) + ", ",
                report.budget() + report.adapter().map(path -> ", adapter " + path).orElse(""),
                report.seed(),
                report.run());
    return Element.of("header")
        .add(
            Element.of("p", "eyebrow").text("Demur fine-tuning attack"),
            Element.of("h1").text(report.model()),
            Element.of("p", "facts").text(facts));
  }

  private static Element refusal(FineTuneReport report) {
    List<List<Node>> rows = new ArrayList<>();
    for (TunedState state : report.states()) {
      rows.add(
          List.of(
              Blocks.text(state.name()),
              Values.of(state.declined()),
              Values.of(state.twinsDeclined()),
              Values.of(state.everydayDeclined()),
              Values.of(state.gibberish()),
              Values.of(state.opened()),
              Values.of(state.twinsOpened()),
              Values.of(state.logOdds(), Unit.LOG_ODDS),
              Values.of(state.twinsLogOdds(), Unit.LOG_ODDS)));
    }
    Element change =
        Element.of("p", "statement")
            .text("Harmful requests that are declined, on the same requests: ")
            .add(Values.points(report.refusalChange()))
            .text(
                Double.isFinite(report.refusalPValue())
                    ? ", McNemar " + Numbers.pValue(report.refusalPValue()) + "."
                    : ".");
    return Blocks.section(
            "refusal",
            "Refusal",
            "Replies to test prompts, judged and dropped. Log-odds are those of the tokens with which"
                + " the model began its refusals before the attack: "
                + String.join(" ", report.refusalTokens())
                + ".")
        .add(
            change,
            Blocks.table(
                "Before and after",
                List.of(
                    "Model",
                    "Harmful declined",
                    "Twins declined",
                    "Everyday declined",
                    "Gibberish",
                    "Openers, harmful",
                    "Openers, twins",
                    "Log-odds, harmful",
                    "Log-odds, twins"),
                rows));
  }

  private static Element belief(FineTuneReport report) {
    List<List<Node>> rows = new ArrayList<>();
    for (TunedGuard guard : report.guards()) {
      rows.add(
          List.of(
              Blocks.text(guard.name()),
              Values.withCount(guard.auroc(), Unit.AUROC),
              Blocks.text(Numbers.plain(guard.threshold())),
              Values.of(guard.flagged()),
              Values.of(guard.twinsFlagged()),
              thousandths(guard.score()),
              thousandths(guard.twinsScore())));
    }
    return Blocks.section(
            "belief",
            "Belief of harmfulness",
            "Latent Guard at the last token of the request, harmful test requests against their"
                + " harmless twins. The threshold flags at most 5 % of the twins of the validation"
                + " split; the guard of the middle row knows nothing of the attack.")
        .add(
            Blocks.table(
                "The guard before and after",
                List.of(
                    "Guard",
                    "AUROC",
                    "Threshold",
                    "Harmful flagged",
                    "Twins flagged",
                    "Belief, harmful (thousandths)",
                    "Belief, twins (thousandths)"),
                rows),
            shift(report.belief()));
  }

  private static Element shift(BeliefShift belief) {
    return Blocks.table(
        "How far it moved, by the guard that was fitted before; beliefs in thousandths",
        List.of(
            "Gap before",
            "Harmful moved by",
            "Share of the gap",
            "Twins moved by",
            "Gap changed by",
            "AUROC changed by"),
        List.of(
            List.of(
                thousandths(belief.gap()),
                thousandths(belief.shift()),
                Blocks.text(
                    Double.isFinite(belief.shiftShare())
                        ? Numbers.percent(belief.shiftShare())
                        : Numbers.MISSING),
                thousandths(belief.twinsShift()),
                thousandths(belief.gapChange()),
                Values.difference(belief.aurocChange()))));
  }

  /// Beliefs are differences of cosines, and small.
  private static Node thousandths(Measured belief) {
    return Values.of(
        new Measured(1000 * belief.value(), 1000 * belief.low(), 1000 * belief.high(), belief.n()),
        Unit.PLAIN);
  }

  private static Element layers(List<LayerTurn> layers) {
    return Blocks.section(
            "layers",
            "How far the directions turned",
            "Harmfulness: harmful prompts minus twins at the last token of the request. Refusal:"
                + " harmful minus everyday prompts at the last token of the prompt. Train prompts.")
        .add(
            Blocks.grid(
                chart(
                    "Cosine of after with before",
                    "cosine",
                    layers,
                    LayerTurn::harmfulness,
                    LayerTurn::refusal),
                chart(
                    "Length after, divided by before",
                    "ratio of lengths",
                    layers,
                    LayerTurn::harmfulnessLength,
                    LayerTurn::refusalLength)));
  }

  private static Element chart(
      String title,
      String axis,
      List<LayerTurn> layers,
      ToDoubleFunction<LayerTurn> harmfulness,
      ToDoubleFunction<LayerTurn> refusal) {
    double[] values =
        layers.stream()
            .flatMapToDouble(
                layer ->
                    DoubleStream.of(harmfulness.applyAsDouble(layer), refusal.applyAsDouble(layer)))
            .filter(Double::isFinite)
            .toArray();
    if (layers.size() < 2 || values.length == 0) {
      return Blocks.emptyFigure(title + ".", "No direction was measured.");
    }
    Range y = Range.around(DoubleStream.concat(DoubleStream.of(0, 1), DoubleStream.of(values)));
    LineChart chart =
        LineChart.overLayers(new ChartText(title, "layer", axis), layers.size(), y)
            .add(
                LineChart.Series.byIndex(
                    "harmfulness", layers.stream().mapToDouble(harmfulness).boxed().toList()))
            .add(
                LineChart.Series.byIndex(
                    "refusal", layers.stream().mapToDouble(refusal).boxed().toList()));
    return Blocks.figure(chart.draw(), title + ".", "");
  }

  private static Element training(Tuning tuning) {
    List<List<Node>> settings = new ArrayList<>();
    tuning
        .settings()
        .forEach((name, value) -> settings.add(List.of(Blocks.text(name), Blocks.code(value))));
    Element section =
        Blocks.section(
            "training",
            "Training",
            "An adapter in memory on top of the model, trained on harmful train prompts with bare"
                + " openers, and thrown away. Cross-entropy before each step, nats per token.");
    section.add(losses(tuning.steps()));
    return section.add(
        Blocks.table(
            "What it cost",
            List.of("Steps", "Forward", "Backward", "Tokens", "Time"),
            List.of(
                List.of(
                    Blocks.text(Numbers.count(tuning.steps().size())),
                    Blocks.text(Numbers.count(tuning.cost().forwardPasses())),
                    Blocks.text(Numbers.count(tuning.cost().backwardPasses())),
                    Blocks.text(Numbers.count(tuning.cost().tokens())),
                    Blocks.text(Numbers.duration(tuning.cost().seconds()))))),
        Blocks.matrix("Settings", List.of("Setting", "Value"), settings));
  }

  private static Element losses(List<TuningStep> steps) {
    if (steps.size() < 2) {
      return Blocks.emptyFigure("Loss.", "Too few steps for a curve.");
    }
    List<LineChart.Point> openers = new ArrayList<>();
    List<LineChart.Point> utility = new ArrayList<>();
    for (TuningStep step : steps) {
      openers.add(LineChart.Point.of(step.step(), step.openers()));
      utility.add(LineChart.Point.of(step.step(), step.utility()));
    }
    Range y =
        Range.around(
            steps.stream()
                .flatMapToDouble(step -> DoubleStream.of(0, step.openers(), step.utility()))
                .filter(Double::isFinite));
    LineChart chart =
        new LineChart(
            new ChartText("Loss", "step", "nats per token"), new Range(1, steps.size()), y);
    chart.add(new LineChart.Series("openers", openers));
    if (utility.stream().anyMatch(point -> Double.isFinite(point.y()))) {
      chart.add(new LineChart.Series("own replies", utility));
    }
    return Blocks.figure(chart.draw(), "Loss.", "");
  }
}
