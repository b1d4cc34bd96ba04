package org.demur.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.demur.report.ExplanationReport.ExplainedState;
import org.demur.report.ExplanationReport.LayerFigures;
import org.demur.report.ExplanationReport.Picture;
import org.demur.report.Measured;
import org.demur.report.Unit;
import org.demur.report.chart.ChartText;
import org.demur.report.chart.LineChart;
import org.demur.report.chart.Range;
import org.demur.report.chart.Scatter;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;
import org.demur.report.markup.Numbers;

/// Where prompts lie along the direction, and where attacks move them: A1 and A2.
final class GeometryBlock {
  private static final Range COSINES = new Range(-1, 1);

  private GeometryBlock() {}

  static Element projections(List<ExplainedState> states) {
    Element section =
        Blocks.section(
            "projections",
            "A1: Do attacks move harmful prompts towards harmless ones?",
            "Mean projection on u at the input of each layer. The attack is a text around the"
                + " request; twins are harmless requests that look like the harmful ones.");
    Element lines = Blocks.grid();
    Element pictures = Blocks.grid();
    List<List<Node>> rows = new ArrayList<>();
    for (ExplainedState state : states) {
      lines.add(projectionChart(state));
      pictures.add(picture(state));
      rows.add(
          List.of(
              Blocks.text(state.name()),
              Blocks.text("" + state.layer()),
              Values.of(state.movement().gap(), Unit.LOG_ODDS),
              Values.of(state.movement().moved(), Unit.LOG_ODDS),
              Values.of(state.movement().benignMoved(), Unit.LOG_ODDS),
              Values.of(state.movement().share(), Unit.SHARE)));
    }
    return section.add(
        lines,
        pictures,
        Blocks.table(
            "At the layer that tells harmful from everyday prompts best",
            List.of(
                "Model",
                "Layer",
                "Harmful over everyday",
                "Moved by the attack",
                "Moved by a benign suffix",
                "Share of the way"),
            rows));
  }

  private static Element projectionChart(ExplainedState state) {
    String title = "Projection on u, " + state.name();
    List<LayerFigures> layers = state.layers();
    DoubleStream values =
        layers.stream()
            .flatMapToDouble(
                one -> DoubleStream.of(one.everyday(), one.twins(), one.harmful(), one.attacked()));
    LineChart chart =
        LineChart.overLayers(
            new ChartText(title, "layer", "u · h"), layers.size(), Range.around(values));
    // in this order everyday requests are blue and harmful ones orange, as everywhere
    chart.add(line("harmful, attacked", layers, LayerFigures::attacked));
    chart.add(line("harmless twins", layers, LayerFigures::twins));
    chart.add(line("everyday", layers, LayerFigures::everyday));
    chart.add(line("harmful", layers, LayerFigures::harmful));
    chart.referenceX(state.layer(), "");
    return Blocks.figure(chart.draw(), title + ".", "Upright line: layer " + state.layer() + ".");
  }

  private static LineChart.Series line(
      String name, List<LayerFigures> layers, ToDoubleFunction<LayerFigures> value) {
    return LineChart.Series.byIndex(
        name, layers.stream().map(one -> value.applyAsDouble(one)).toList());
  }

  private static Element picture(ExplainedState state) {
    Picture picture = state.picture();
    String title = "Prompts at layer " + picture.layer() + ", " + state.name();
    if (picture.groups().isEmpty()) {
      return Blocks.emptyFigure(title, "Too few prompts for principal components.");
    }
    ChartText text =
        new ChartText(
            title,
            axis("first", picture.explainedFirst()),
            axis("second", picture.explainedSecond()));
    List<Scatter.Group> groups =
        picture.groups().stream()
            .map(
                group ->
                    new Scatter.Group(group.name(), style(group.name()), group.xs(), group.ys()))
            .toList();
    return Blocks.figure(
        Scatter.draw(text, groups), title + ".", "Components of the prompts without attack.");
  }

  private static String style(String group) {
    return switch (group) {
      case "everyday" -> "s1";
      case "twins" -> "s1 hollow";
      case "harmful" -> "s2";
      default -> "s3 hollow";
    };
  }

  private static String axis(String which, double explained) {
    return which + " component (" + Numbers.percent(explained) + " of the variance)";
  }

  static Element shift(List<ExplainedState> states) {
    Element section =
        Blocks.section(
            "shift",
            "A2: Is the attack's shift anti-parallel to u?",
            "Cosine of the mean shift with −u, beside the shift of a benign suffix of as many tokens."
                + " Dashed lines hold 95 % of random directions.");
    Element charts = Blocks.grid();
    List<List<Node>> rows = new ArrayList<>();
    for (ExplainedState state : states) {
      charts.add(shiftChart(state));
      rows.add(
          List.of(
              Blocks.text(state.name()),
              Blocks.text("" + state.layer()),
              Values.of(state.shift().attack(), Unit.LOG_ODDS),
              Values.of(state.shift().benign(), Unit.LOG_ODDS),
              Values.of(state.shift().difference(), Unit.LOG_ODDS),
              Blocks.text(
                  Numbers.signed(state.shift().randomLow())
                      + " to "
                      + Numbers.signed(state.shift().randomHigh()))));
    }
    return section.add(
        charts,
        Blocks.table(
            "Cosine with −u at that layer",
            List.of("Model", "Layer", "Attack", "Benign suffix", "Attack − benign", "Random"),
            rows));
  }

  private static Element shiftChart(ExplainedState state) {
    String title = "Cosine of the shift with −u, " + state.name();
    LineChart chart =
        LineChart.overLayers(
            new ChartText(title, "layer", "cosine"), state.layers().size(), COSINES);
    chart.add(whiskers("attack", state.layers(), LayerFigures::attackCosine));
    chart.add(whiskers("benign suffix", state.layers(), LayerFigures::benignCosine));
    if (Double.isFinite(state.shift().randomLow())) {
      chart.referenceY(state.shift().randomLow(), "");
      chart.referenceY(state.shift().randomHigh(), "random");
    }
    return Blocks.figure(chart.draw(), title + ".", "Thin lines are 95 % intervals.");
  }

  private static LineChart.Series whiskers(
      String name, List<LayerFigures> layers, Function<LayerFigures, Measured> value) {
    List<LineChart.Point> points = new ArrayList<>();
    for (LayerFigures one : layers) {
      Measured measured = value.apply(one);
      points.add(
          new LineChart.Point(one.layer(), measured.value(), measured.low(), measured.high()));
    }
    return new LineChart.Series(name, points);
  }
}
