package org.demur.report.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChartsTest {
  private static final ChartText TEXT = new ChartText("title", "x", "y");

  @ParameterizedTest
  @CsvSource({
    "0,1,0.2,1",
    "0,29,10,0",
    "-4.1,7.3,5,0",
    "0,0.0042,0.001,3",
    "0,120000,50000,0",
    "0,7,2,0"
  })
  void ticksAreRound(double low, double high, double step, int decimals) {
    Ticks ticks = Ticks.of(new Range(low, high), 5);
    assertThat(ticks.values().get(1) - ticks.values().get(0)).isCloseTo(step, within(step));
    assertThat(ticks.decimals()).isEqualTo(decimals);
    assertThat(ticks.values()).allMatch(value -> value >= low - 1e-9 && value <= high + 1e-9);
  }

  private static Offset<Double> within(double step) {
    return Offset.offset(step * 1e-9);
  }

  @Test
  void rangesAreNeverEmpty() {
    assertThat(Range.around(DoubleStream.of(Double.NaN))).isEqualTo(Range.UNIT);
    assertThat(Range.around(DoubleStream.of(3, 3))).isEqualTo(new Range(1.5, 4.5));
    assertThat(Range.around(DoubleStream.of(0.11, 0.94, Double.POSITIVE_INFINITY)))
        .isEqualTo(new Range(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Range(1, 1));
  }

  @Test
  void aGapBreaksALine() {
    String svg =
        LineChart.overLayers(TEXT, 4, Range.UNIT)
            .add(LineChart.Series.byIndex("a", List.of(0.1, Double.NaN, 0.3, 0.4)))
            .draw()
            .html();
    assertThat(svg)
        .doesNotContain("NaN")
        .containsPattern("class=\"line s3\" d=\"M[^L]*M[^M]*L[^M]*\"");
  }

  @Test
  void aModelOfOneLayerHasAChart() {
    String svg =
        LineChart.overLayers(TEXT, 1, Range.UNIT)
            .add(LineChart.Series.byIndex("a", List.of(0.5)))
            .draw()
            .html();
    assertThat(svg).contains("class=\"mark s3\"").doesNotContain("NaN");
  }

  @Test
  void seriesDifferByShapeAsWellAsByColour() {
    assertThat(Markers.path("s1", 0, 0, 3)).contains("a3");
    assertThat(Markers.path("s2", 0, 0, 3)).contains("l3 5.7");
    assertThat(Markers.path("s3", 0, 0, 3)).isNotEqualTo(Markers.path("s4", 0, 0, 3));
  }

  @Test
  void aHeatMapMarksItsCellAndLeavesGapsEmpty() {
    String svg =
        HeatMap.draw(
                "map",
                new HeatMap.Axes(List.of("p"), List.of("0", "1", "2"), "layer"),
                List.of(List.of(-2.0, Double.NaN, 1.0)),
                Optional.of(new HeatMap.Cell(0, 2)))
            .html();
    assertThat(svg)
        .contains("cell below", "cell above", "cell none", "\"marked\"", "p, 0: −2.00")
        .doesNotContain("NaN");
  }

  @Test
  void aLargeHeatMapStaysSmall() {
    List<String> layers = IntStream.range(0, 80).mapToObj(Integer::toString).toList();
    List<String> positions = IntStream.range(0, 30).mapToObj(index -> "token" + index).toList();
    List<List<Double>> values = new ArrayList<>();
    positions.forEach(position -> values.add(Collections.nCopies(80, 0.5)));
    String svg =
        HeatMap.draw("map", new HeatMap.Axes(positions, layers, "layer"), values, Optional.empty())
            .html();
    assertThat(svg.length()).isLessThan(300_000);
  }

  @Test
  void aConstantHeatMapHasAScale() {
    assertThat(Shades.of(List.of(List.of(2.0, 2.0))).opacity(2)).isBetween(0.0, 1.0);
    assertThat(Shades.of(List.of()).opacity(0.5)).isBetween(0.0, 1.0);
  }

  @Test
  void barsWithoutAShareShowTheirWords() {
    String svg =
        BarChart.draw(
                "bars",
                Palette.SERIES,
                List.of("a"),
                List.of(
                    new BarChart.Group(
                        "row",
                        List.of(
                            new BarChart.Bar(
                                Double.NaN, Double.NaN, Double.NaN, "too few (n = 3)")))))
            .html();
    assertThat(svg).contains("too few (n = 3)").doesNotContain("NaN");
  }

  @Test
  void histogramsGoUpAndDown() {
    String svg =
        Histogram.draw(
                TEXT,
                List.of("harmful", "harmless"),
                new Histogram.Bins(List.of(0.0, 0.5, 1.0), List.of(0, 4), List.of(3, 0)),
                List.of(new Histogram.Mark(0.5, "here"), new Histogram.Mark(7, "outside")))
            .html();
    assertThat(svg).contains("harmful (up)", "harmless (down)", "here").doesNotContain("outside");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Histogram.Bins(List.of(0.0), List.of(), List.of()));
  }

  @Test
  void scatterLeavesOutWhatIsNotFinite() {
    String svg =
        Scatter.draw(
                TEXT,
                List.of(
                    new Scatter.Group(
                        "a", "s1 hollow", List.of(0.0, Double.NaN), List.of(1.0, 1.0)),
                    new Scatter.Group("empty", "s2", List.of(), List.of())))
            .html();
    assertThat(svg).contains("a (2)").doesNotContain("empty", "NaN");
  }

  @Test
  void anIntervalOutsideItsLineIsClamped() {
    String svg = IntervalMark.draw("t", 1.2, -0.1, 1.4, 0.5).html();
    assertThat(svg).contains("cx=\"155\"", "M5 7H155");
  }

  @Test
  void longNamesAreCutAndLegendsWrap() {
    assertThat(Frame.fit("a very long name of a category", 60)).isEqualTo("a very …");
    Legend legend =
        new Legend(
            IntStream.range(0, 6)
                .mapToObj(i -> new Legend.Entry("a rather long name " + i, "s1", Legend.Mark.LINE))
                .toList(),
            420);
    assertThat(legend.height()).isGreaterThan(40);
  }
}
