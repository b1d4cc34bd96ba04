/// The values of an audit's report and of a comparison of two runs, and their JSON form.
///
/// Entry types are [org.demur.report.AuditReport] and [org.demur.report.ComparisonReport] with
/// [org.demur.report.AuditReportJson] and [org.demur.report.ComparisonReportJson]. The records hold
/// only numbers, text and lists of them: nothing of a model, so that a report can be read years
/// later without one. A number that could not be measured is `NaN` in Java and `null` in JSON; it
/// is never replaced by a guess. `SCHEMA.md` of this module describes every field.
@NullMarked
package org.demur.report;

import org.jspecify.annotations.NullMarked;
