/// Tests of directions.
@NullMarked
package org.demur.directions;

import org.jspecify.annotations.NullMarked;
