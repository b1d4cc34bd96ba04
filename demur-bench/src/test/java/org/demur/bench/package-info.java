/// Tests of counts, statistics and advice, and of every case on a tiny model.
@NullMarked
package org.demur.bench;

import org.jspecify.annotations.NullMarked;
