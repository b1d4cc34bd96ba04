/// Tests of the readers of files of rows.
@NullMarked
package org.demur.data.table;

import org.jspecify.annotations.NullMarked;
