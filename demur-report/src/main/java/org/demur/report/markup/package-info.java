/// Builds HTML and SVG from nodes that escape themselves, and writes numbers for readers.
///
/// A page holds prompts, token texts and names that others wrote. So there is no way to put raw
/// text into a page: [org.demur.report.markup.Element] escapes all text and attributes, knows
/// neither scripts nor event handlers nor outside addresses, and shows characters that would turn
/// or hide text by their code.
@NullMarked
package org.demur.report.markup;

import org.jspecify.annotations.NullMarked;
