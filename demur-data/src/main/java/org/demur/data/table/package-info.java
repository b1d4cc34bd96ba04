/// Files of rows: JSON Lines, JSON arrays, CSV, TSV, Parquet and plain text, read from front to
/// back with the place of every row, so that an error can name the line.
///
/// Entry type [org.demur.data.table.TableFiles]. Nothing here knows about prompts.
@NullMarked
package org.demur.data.table;

import org.jspecify.annotations.NullMarked;
