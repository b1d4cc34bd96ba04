/// Pages of a report and of a comparison: one self-contained HTML file each.
///
/// Entry types are [org.demur.report.page.HtmlReport] and [org.demur.report.page.HtmlComparison]. A
/// page needs no script, fetches nothing (its content security policy forbids both), follows the
/// light or dark theme of the reader, prints, and fits a phone. Every section says what it shows
/// and how to read it; what was not measured is named and not drawn.
@NullMarked
package org.demur.report.page;

import org.jspecify.annotations.NullMarked;
