/// Tests of training.
@NullMarked
package org.demur.train;

import org.jspecify.annotations.NullMarked;
