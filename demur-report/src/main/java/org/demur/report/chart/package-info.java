/// Charts as inline SVG: lines, bars, heat maps, histograms, scatter plots, intervals.
///
/// They are drawn here and not by a chart library because a report must be one small file that
/// reads without scripts: XChart writes every glyph and tick as its own styled element (hundreds of
/// kilobytes a chart) and fixed colours, Vega needs scripts. These charts take colours from the
/// style sheet of the page, so that they follow the light and the dark theme, and tell series apart
/// by shape or pattern as well as by colour. Each chart is 420 units wide, which is legible on a
/// phone and beside another one on a desk.
@NullMarked
package org.demur.report.chart;

import org.jspecify.annotations.NullMarked;
