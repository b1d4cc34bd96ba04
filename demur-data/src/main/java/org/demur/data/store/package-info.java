/// Results on disk: a journal of finished rows that survives an interrupted run, Parquet files of
/// typed columns, and run folders that never overwrite each other. The only place that uses DuckDB.
///
/// Entry types [org.demur.data.store.RunFolder], [org.demur.data.store.RowLog] and
/// [org.demur.data.store.ParquetRows].
@NullMarked
package org.demur.data.store;

import org.jspecify.annotations.NullMarked;
