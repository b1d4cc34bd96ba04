/// Tests of the statistics against closed forms, definitions and independently computed values.
@NullMarked
package org.demur.stats;

import org.jspecify.annotations.NullMarked;
