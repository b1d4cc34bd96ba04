/// Tests of journals, Parquet files and run folders.
@NullMarked
package org.demur.data.store;

import org.jspecify.annotations.NullMarked;
