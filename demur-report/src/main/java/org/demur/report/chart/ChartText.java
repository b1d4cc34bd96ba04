package org.demur.report.chart;

/// The words of a chart.
///
/// @param title what the chart shows, read aloud by a screen reader
/// @param xLabel name and unit of the horizontal axis
/// @param yLabel name and unit of the vertical axis
public record ChartText(String title, String xLabel, String yLabel) {}
