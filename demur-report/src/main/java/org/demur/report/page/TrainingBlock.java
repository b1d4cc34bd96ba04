package org.demur.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.demur.report.RobustnessReport.Moment;
import org.demur.report.RobustnessReport.Step;
import org.demur.report.RobustnessReport.Training;
import org.demur.report.chart.ChartText;
import org.demur.report.chart.LineChart;
import org.demur.report.chart.Range;
import org.demur.report.markup.Element;
import org.demur.report.markup.Node;
import org.demur.report.markup.Numbers;

/// What was trained: loss curves, settings, costs.
final class TrainingBlock {
  private TrainingBlock() {}

  static Element draw(List<Training> trainings) {
    Element section =
        Blocks.section(
            "training",
            "Training",
            "Cross-entropy before each step, nats per token: of refusals of harmful prompts, and of"
                + " helpful replies to harmless ones.");
    if (trainings.isEmpty()) {
      return section.add(Blocks.missing("Nothing was trained in this run."));
    }
    Element charts = Blocks.grid();
    for (Training training : trainings) {
      charts.add(chart(training));
      if (training.course().size() > 1) {
        charts.add(course(training));
      }
    }
    section.add(charts, costs(trainings));
    trainings.forEach(training -> section.add(settings(training)));
    return section;
  }

  private static Element chart(Training training) {
    List<Step> steps = training.steps();
    if (steps.size() < 2) {
      return Blocks.emptyFigure(training.arm(), "Too few steps for a curve.");
    }
    Range y =
        Range.around(
            steps.stream()
                .flatMapToDouble(step -> DoubleStream.of(0, step.refusals(), step.utility()))
                .filter(Double::isFinite));
    String title = "Loss of " + training.arm();
    LineChart chart =
        new LineChart(
            new ChartText(title, "step", "nats per token"),
            new Range(1, steps.getLast().step()),
            y);
    List<LineChart.Point> refusals = new ArrayList<>();
    List<LineChart.Point> utility = new ArrayList<>();
    for (Step step : steps) {
      refusals.add(LineChart.Point.of(step.step(), step.refusals()));
      utility.add(LineChart.Point.of(step.step(), step.utility()));
    }
    chart.add(new LineChart.Series("refusals", refusals));
    chart.add(new LineChart.Series("helpful replies", utility));
    return Blocks.figure(chart.draw(), title + ".", "");
  }

  private static Element course(Training training) {
    List<Moment> moments = training.course();
    String title = "Course of " + training.arm();
    LineChart chart =
        new LineChart(
            new ChartText(title, "step", "share that begins with a refusal"),
            new Range(moments.getFirst().step(), moments.getLast().step()),
            new Range(0, 1));
    chart.add(series("harmful", moments, Moment::refused));
    chart.add(series("harmless twins", moments, Moment::overRefused));
    chart.add(series("harmful, rfa-layers", moments, Moment::refusedPerLayer));
    chart.add(series("harmful, rfa", moments, Moment::refusedOneDirection));
    return Blocks.figure(
        chart.draw(),
        title
            + ": first tokens of the replies to %d harmful validation prompts and their twins."
                .formatted(moments.getFirst().prompts()),
        "");
  }

  private static LineChart.Series series(
      String name, List<Moment> moments, ToDoubleFunction<Moment> share) {
    return new LineChart.Series(
        name,
        moments.stream()
            .map(moment -> LineChart.Point.of(moment.step(), share.applyAsDouble(moment)))
            .toList());
  }

  private static Element costs(List<Training> trainings) {
    List<List<Node>> rows = new ArrayList<>();
    for (Training training : trainings) {
      double seconds = training.cost().seconds();
      int steps = training.steps().size();
      rows.add(
          List.of(
              Blocks.text(training.arm()),
              Blocks.text(Numbers.count(steps)),
              Blocks.text(Numbers.duration(seconds)),
              Blocks.text(Numbers.plain(seconds / Math.max(1, steps)) + " s"),
              Blocks.text(Numbers.percent(training.refreshSeconds() / seconds)),
              Blocks.text(Numbers.count(training.cost().forwardPasses())),
              Blocks.text(Numbers.count(training.cost().backwardPasses())),
              Blocks.text(Numbers.count(training.cost().tokens()))));
    }
    return Blocks.table(
        "What the trainings cost",
        List.of(
            "Training", "Steps", "Time", "Per step", "Directions", "Forward", "Backward", "Tokens"),
        rows);
  }

  private static Element settings(Training training) {
    List<List<Node>> rows = new ArrayList<>();
    training
        .settings()
        .forEach((name, value) -> rows.add(List.of(Blocks.text(name), Blocks.code(value))));
    return Element.of("details")
        .add(
            Element.of("summary").text("Settings of " + training.arm()),
            Blocks.matrix("Settings of " + training.arm(), List.of("Setting", "Value"), rows));
  }
}
