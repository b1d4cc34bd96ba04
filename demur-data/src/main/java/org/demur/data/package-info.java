/// Prompts with labels: the built-in pairs of harmful requests and harmless twins, readers of
/// prompt files, splits, and duplicates across them.
///
/// Entry types [org.demur.data.PromptPairs], [org.demur.data.PromptSet] and
/// [org.demur.data.PromptFiles]. Files of rows are read in `org.demur.data.table`; results are kept
/// by `org.demur.data.store`.
@NullMarked
package org.demur.data;

import org.jspecify.annotations.NullMarked;
