/// Tests of chart, which is a part of the report.
@NullMarked
package org.demur.report.chart;

import org.jspecify.annotations.NullMarked;
